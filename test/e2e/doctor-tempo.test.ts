import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { context } from '@opentelemetry/api';
import { tempoBackEnd } from '@tracelink/kafka/doctor';
import { kafkaUnderTest, type KafkaUnderTest } from '@tracelink/testing';
import { expect } from 'chai';
import { brokenBy, ofOneTrace } from './doctor-by-spans.ts';
import { hasTempoImage, startTempo, tempoImage, type RunningTempo } from './tempo.ts';

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

  for (const plant of ofOneTrace)
    it(`finds ${plant.rule ?? 'nothing'}: ${plant.by}`, async () => {
      if (kafka === undefined || tempo === undefined) throw new Error('not started');
      const { brokers } = kafka;
      const { otlp, query } = tempo;
      const topic = await kafka.createTopic();
      await plant.run({ brokers, topic, collector: otlp });
      const found = await brokenBy(plant, brokers, topic, tempoBackEnd(query));
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
