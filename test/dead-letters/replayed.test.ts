import { replay } from '@tracelink/kafka/replay';
import { context, propagation, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { TracerProvider } from '@opentelemetry/sdk-trace';
import { kafkaUnderTest, SpanRecorder, type KafkaUnderTest } from '@tracelink/testing';
import { expect } from 'chai';
import { Kafka, logLevel, type Admin } from 'kafkajs';
import { clientsOf } from '../../packages/kafka/src/client/client-maker.ts';
import type { FetchedRecord } from '../../packages/kafka/src/client/port/message.ts';
import { readRanges } from '../../packages/kafka/src/client/read-ranges.ts';
import { writeRecords } from '../recorded/write-records.ts';
import { bytesOf, keptDeadLetters } from './fixture.ts';

const ofFrameworks =
  /^(?:kafka_|retry_topic-|x-original-|x-exception-|dead-letter-|delayed-retry-|__connect\.|__streams\.|__dlq\.|topic_poisoned|reason_poisoned|handler_poisoned|subscriber_poisoned)/;

describe('the dead-letter records of other software, replayed', () => {
  let kafka: KafkaUnderTest;
  let client: Kafka;
  let admin: Admin;
  before(async () => {
    kafka = await kafkaUnderTest();
    client = new Kafka({ brokers: kafka.brokers, logLevel: logLevel.NOTHING });
    admin = client.admin();
    await admin.connect();
  });
  after(async () => {
    await admin.disconnect();
    await kafka.stop();
  });

  for (const [name, { software, source, deadLetters }] of keptDeadLetters.read())
    it(`${name === 'share-group' ? 'are not sent without their payload' : 'come back as the record that failed'}: ${software}`, async () => {
      const failed = deadLetters.at(-1) as (typeof deadLetters)[number];
      const from = await kafka.createTopic();
      const headers = failed.headers.map(([header, text]) => [header, bytesOf(text)] as const);
      await writeRecords(kafka.brokers, new Map([[from, [{ headers, key: bytesOf(failed.key), value: failed.value }]]]));
      // Their own topics, on a broker that other runs may have used.
      await kafka.createTopic({ topic: source.topic });
      const [end] = await admin.fetchTopicOffsets(source.topic);
      const reasons: (string | undefined)[] = [];
      // What the writers keep of it, in the words of every filter.
      const offset = name === 'watermill' ? '' : `/${source.partition}/${source.offset}`;
      const filter = { origin: `${source.topic}${offset}`, ...(!name.startsWith('share-group') && { trace: source.traceId }) };
      expect(await replay(client, { from, filter: { ...filter, error: 'another' }, dryRun: true })).to.include({ filtered: 1 });
      const report = await replay(client, { from, filter, onRecord: (_record, { reason }) => void reasons.push(reason) });
      if (failed.value === null) {
        expect([report.unroutable, report.replayed]).to.deep.equal([1, 0]);
        expect(reasons[0]).to.include(`it stood at ${source.topic}/${source.partition}/${source.offset}`);
        return;
      }
      expect(report)
        .to.include({ replayed: 1, filtered: 0 })
        .and.deep.include({ sentTo: { [source.topic]: 1 } });
      const found: FetchedRecord[] = [];
      const start = BigInt(end?.high ?? 0);
      await readRanges(
        clientsOf('the test', client),
        kafka.groupId(),
        [{ topic: source.topic, partition: 0, start, end: start + 1n }],
        undefined,
        (_topic, _at, record) => void found.push(record),
      );
      expect(found.map(({ key, value }) => [String(key), String(value)])).to.deep.equal([
        // Watermill loses the key.
        [name === 'watermill' ? 'null' : 'order-1', 'tea'],
      ]);
      const names = Object.keys(found[0]?.headers ?? {});
      expect(names.filter((header) => ofFrameworks.test(header))).to.deep.equal([]);
      if (!name.startsWith('share-group')) expect(names).to.include('tenant');
    });

  it('belong to the trace of the replay, and link to the trace of the record that failed', async () => {
    const spans = new SpanRecorder();
    trace.setGlobalTracerProvider(new TracerProvider({ spanProcessors: [spans] }));
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    propagation.setGlobalPropagator(new W3CTraceContextPropagator());
    try {
      // What a share group writes has no trace.
      const kept = [...keptDeadLetters.read()].flatMap(([name, fixture]) => (name.startsWith('share-group') ? [] : [fixture]));
      const [from, to] = [await kafka.createTopic(), await kafka.createTopic()];
      const records = kept.map(({ deadLetters }) => {
        const { headers, key, value } = deadLetters.at(-1) as (typeof deadLetters)[number];
        return { headers: headers.map(([header, text]) => [header, bytesOf(text)] as const), key: bytesOf(key), value };
      });
      await writeRecords(kafka.brokers, new Map([[from, records]]));
      const { traceId, replayed } = await replay(client, { from, to });
      const sent = spans.takeAll().filter(({ name }) => name === `send ${to}`);
      expect([replayed, sent.length]).to.deep.equal([kept.length, kept.length]);
      expect(new Set(sent.map((span) => span.spanContext().traceId))).to.deep.equal(new Set([traceId]));
      const linked = sent.map(({ links }) => [...new Set(links.map((link) => link.context.traceId))]);
      expect(linked).to.deep.equal(kept.map(({ source }) => [source.traceId]));
    } finally {
      for (const api of [trace, context, propagation]) api.disable();
    }
  });
});
