import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { context } from '@opentelemetry/api';
import { diagnose, tempoBackEnd } from '@tracelink/kafka/doctor';
import { kafkaUnderTest, type KafkaUnderTest } from '@tracelink/testing';
import { expect } from 'chai';
import { Kafka, logLevel } from 'kafkajs';
import { hasTempoImage, startTempo, tempoImage, type RunningTempo } from './tempo.ts';
import { soundlyTraced, traced, type TracedPlant } from '../doctor/plants/traced.ts';

/** Of what links from other traces show, an answer of one trace tells nothing. */
const isOfOneTrace = ({ rule }: TracedPlant): boolean => rule === 'send-traced-twice' || rule === 'sampling-lost';
const command = fileURLToPath(new URL('../../packages/kafka/src/cli/main.ts', import.meta.url));

describe('the doctor, by the spans of Tempo', () => {
  let tempo: RunningTempo | undefined;
  let kafka: KafkaUnderTest | undefined;

  before('start Tempo, and find the broker', async function () {
    if (!(await hasTempoImage())) {
      process.stdout.write(`    skipped: these tests need Docker with the image ${tempoImage}, which they do not pull\n`);
      // oxlint-disable-next-line no-restricted-properties -- its licence is for who has the image to accept
      this.skip();
    }
    kafka = await kafkaUnderTest();
    tempo = await startTempo();
  });
  after('stop both', async () => {
    context.disable();
    await Promise.all([tempo?.stop(), kafka?.stop()]);
  });

  for (const plant of [...traced.filter(isOfOneTrace), ...soundlyTraced])
    it(`finds ${plant.rule ?? 'nothing'}: ${plant.by}`, async () => {
      if (kafka === undefined || tempo === undefined) throw new Error('not started');
      const { brokers } = kafka;
      const { otlp, query } = tempo;
      const topic = await kafka.createTopic();
      await plant.run({ brokers, topic, collector: otlp });
      const client = new Kafka({ brokers, logLevel: logLevel.NOTHING });
      const look = async (): Promise<readonly string[]> => {
        const { topics } = await diagnose(client, { topics: [topic], backEnd: tempoBackEnd(query) });
        // Of a minute ago, as they are sent here.
        return topics[0]?.findings.map(({ rule }) => rule).filter((rule) => rule !== 'clock-behind-origin') ?? [];
      };
      let found = await look();
      // Tempo takes a moment to have what it received.
      while (found.includes('trace-unknown') || (plant.rule !== undefined && found.length === 0)) found = await look();
      expect(found).to.deep.equal(plant.rule === undefined ? [] : [plant.rule]);
      const { code, out } = await doctor('--brokers', brokers.join(), '--topic', topic, '--tempo', query);
      expect(out).to.not.include('trace-unknown');
      if (plant.rule !== undefined) expect([code, out.includes(plant.rule)]).to.deep.equal([1, true]);
    });
});

function doctor(...args: readonly string[]): Promise<{ readonly code: unknown; readonly out: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, ['-C', '@tracelink/source', command, 'doctor', ...args], (error, out) =>
      resolve({ code: error?.code ?? 0, out }),
    );
  });
}
