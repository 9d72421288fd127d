import { JsonTraceSerializer } from '@opentelemetry/otlp-transformer';
import { startStudio } from '@tracelink/studio';
import { expect } from 'chai';
import { wrapProducer } from '../../src/producer/wrap-producer.ts';
import { consumeEach } from '../support/broker/consume.ts';
import { useKafka } from '../support/broker/kafka.ts';
import { useTracing } from '../support/telemetry/tracing.ts';

interface Flow {
  readonly edges: readonly { readonly from: string; readonly count: number; readonly queueTime?: { p50Us: number; p99Us: number } }[];
}

describe('the flow of the studio', () => {
  const kafka = useKafka();
  const { spans } = useTracing();

  for (const semconv of ['1.45', '1.44', 'dup'] as const)
    it(`takes no time in the queue from a record that comes to its group again, with the names of ${semconv}`, async () => {
      const [topic, groupId] = [await kafka.createTopic(), kafka.groupId()];
      await wrapProducer(await kafka.producer(), { semconv }).send({ topic, messages: [{ value: 'v' }] });
      const told = [spans.take(`send ${topic}`)];
      for (let run = 0; run < 2; run++) {
        // It ends without a commit, as a process that dies does.
        const how = { client: { groupId }, run: { autoCommit: false }, options: { semconv } };
        const consumer = await consumeEach(kafka, topic, () => Promise.resolve(), how);
        const process = await spans.waitFor(`process ${topic}`);
        expect(process.attributes).to.not.have.property('tracelink.delivery.attempt');
        told.push(process);
        await consumer.disconnect();
      }
      await using studio = await startStudio({ port: 0 });
      const body = JsonTraceSerializer.serializeRequest(told as never);
      const headers = { 'content-type': 'application/json' };
      expect((await fetch(`${studio.url}/v1/traces`, { method: 'POST', headers, body: body as never })).status).to.equal(200);
      const { edges } = (await (await fetch(`${studio.url}/api/flow`)).json()) as Flow;
      const taken = edges.find(({ from }) => from === `topic:${topic}`);
      expect(taken?.count).to.equal(2);
      // Of one time both are that one.
      expect(taken?.queueTime?.p99Us).to.be.a('number').and.equal(taken?.queueTime?.p50Us);
    });
});
