import { SpanKind } from '@opentelemetry/api';
import { withSpan } from '@tracelink/context';
import { TracerProvider } from '@opentelemetry/sdk-trace';
import { expectTrace, SpanRecorder, type RecordedSpan } from '@tracelink/testing';
import { expect } from 'chai';
import { KafkaTracingError } from '../../src/core/kafka-tracing-error.ts';
import type { DeadLetterRecord } from '../../src/dead-letters/dead-letter-record.ts';
import { replay } from '../../src/replay/replay.ts';
import type { ReplayOptions } from '../../src/replay/replay-options.ts';
import type { ReplayOutcome, ReplayReport } from '../../src/replay/replay-report.ts';
import { DeliveryHeader } from '../../src/subscribe/headers/delivery-headers.ts';
import { wrapProducer } from '../../src/producer/wrap-producer.ts';
import { produce } from '../support/broker/consume.ts';
import { deadLetterRecord, failedAttempt, failedTraceId } from '../support/records/dead-letter-record.ts';
import { textHeaders, useKafka } from '../support/broker/kafka.ts';
import { replayOn } from '../support/broker/replaying.ts';
import { useSubscriptions } from '../support/broker/subscription.ts';
import { useTracing } from '../support/telemetry/tracing.ts';

describe('replay', () => {
  const kafka = useKafka();
  const { subscribe } = useSubscriptions(kafka);
  const { spans } = useTracing();

  const again = (options: ReplayOptions): Promise<ReplayReport> => replayOn(kafka.brokers(), options);

  it('links from the final success through every attempt back to the request', async () => {
    const topic = await kafka.createTopic();
    const producer = wrapProducer(await kafka.producer());
    let isFixed = false;
    const succeeded = Promise.withResolvers<void>();
    const dead = Promise.withResolvers<string>();
    const subscription = await subscribe(topic, () => (isFixed ? succeeded.resolve() : Promise.reject(new Error('not yet'))), {
      retry: { attempts: 2, backoff: { initial: 1 } },
    });
    subscription.on('dead-letter', ({ deadLetterTopic }) => dead.resolve(deadLetterTopic));
    await withSpan('POST /orders', () => producer.send({ topic, messages: [{ key: 'k', value: 'v' }] }), { kind: SpanKind.SERVER });
    const from = await dead.promise;
    isFixed = true;
    const report = await again({ from });
    await succeeded.promise;
    await subscription.drain();
    expect(report).to.include({
      replayed: 1,
      filtered: 0,
      replayLimitReached: 0,
      unroutable: 0,
      failed: 0,
      ended: 'at the end',
      dryRun: false,
    });

    const all = spans.takeAll();
    expectTrace(all).toMatchTree(`
      trace
      └─ ?: POST /orders (server)
         └─ ?: send ${topic} (producer)
            ├─ ?: process ${topic} (consumer) ERROR
            │  │  → ?: process ${topic}
            │  │  → ?: send ${topic}
            │  └─ ?: send ${from} (producer)
            │        → ?: send ${topic}
            └─ ?: process ${topic} (consumer) ERROR
                  → ?: send ${topic}
      trace
      └─ ?: replay ${from} (internal)
         └─ ?: send ${topic} (producer)
            │  → ?: send ${from} (other trace)
            └─ ?: process ${topic} (consumer)
                  → ?: process ${topic} (other trace)
                  → ?: send ${topic}
                  → ?: send ${topic} (other trace)
    `);
    // The drawing does not show which attempt is the previous one, and that the success knows the trace origin.
    const linked = (span: RecordedSpan | undefined, kind: string): string | undefined =>
      span?.links.find(({ attributes }) => attributes?.['tracelink.link.kind'] === kind)?.context.spanId;
    const idOf = (span: RecordedSpan | undefined): string | undefined => span?.spanContext().spanId;
    const [first, second, success] = all.filter(({ name }) => name === `process ${topic}`);
    expect([first, second, success].map((span) => linked(span, 'previous_attempt'))).to.deep.equal([undefined, idOf(first), idOf(second)]);
    expect([first, second].map((span) => [span?.status.message, span?.attributes['tracelink.delivery.attempt']])).to.deep.equal([
      ['not yet', 1],
      ['not yet', 2],
    ]);
    expect(linked(success, 'origin')).to.equal(first?.parentSpanContext?.spanId);
    const operator = all.find(({ name }) => name === `replay ${from}`);
    expect(operator?.spanContext().traceId).to.equal(report.traceId);
    expect(operator?.attributes).to.include({ 'tracelink.replay.replayed': 1 });
  });

  it('has its span, like its sends, from the tracer provider of its options', async () => {
    const [topic, from] = [await kafka.createTopic(), await kafka.createTopic()];
    await produce(kafka, from, [deadLetterRecord(topic)]);
    const own = new SpanRecorder();
    const report = await again({ from, tracing: { tracerProvider: new TracerProvider({ spanProcessors: [own] }) } });
    const [sent, operator] = [own.take(`send ${topic}`), own.take(`replay ${from}`)];
    expect(report.traceId).to.equal(operator.spanContext().traceId);
    expect(sent.parentSpanContext?.spanId).to.equal(operator.spanContext().spanId);
    expect(operator.instrumentationScope.name).to.equal('@tracelink/kafka');
    own.assertDone();
  });

  it('sends the original message to its own partition, and counts its replays in a header', async () => {
    const topic = await kafka.createTopic(3);
    const from = await kafka.createTopic();
    await produce(kafka, from, [
      deadLetterRecord(topic, {
        note: Buffer.from([0xff]),
        [DeliveryHeader.ORIGINAL_PARTITION]: '2',
        [DeliveryHeader.ERROR_STACK]: 'at x',
      }),
    ]);
    await again({ from });
    const [message] = await kafka.read(topic, 1);
    expect([message?.key, message?.value].map(String)).to.deep.equal(['k', 'v']);
    expect(message?.headers?.['note']).to.deep.equal(Buffer.from([0xff]));
    const headers = textHeaders(message?.headers);
    expect(headers).to.include({ [DeliveryHeader.REPLAYS]: '1', [DeliveryHeader.FAILED_ATTEMPT]: failedAttempt });
    expect(Object.keys(headers)).not.to.include.members([DeliveryHeader.ORIGINAL_TOPIC, DeliveryHeader.ERROR_STACK]);
    const sent = await spans.waitFor(`send ${topic}`);
    expect(sent.attributes['messaging.destination.partition.id']).to.equal('2');
    spans.takeAll();
  });

  it('continues where the last one ended, and ignores records written after its start', async () => {
    const [topic, from] = [await kafka.createTopic(), await kafka.createTopic()];
    await produce(kafka, from, [deadLetterRecord(topic), deadLetterRecord(topic), deadLetterRecord(topic)]);
    expect(await again({ from, limit: 2 })).to.include({ replayed: 2, ended: 'at the limit' });
    expect(await again({ from })).to.include({ replayed: 1, ended: 'at the end' });
    expect(await again({ from })).to.include({ replayed: 0, ended: 'at the end' });
    expect(await again({ from, groupId: kafka.groupId(), dryRun: true })).to.include({ replayed: 3, dryRun: true });
    expect(await kafka.read(topic, 3)).to.have.length(3);
    spans.takeAll();
  });

  it('sends and commits nothing in a dry run, and reports what it would do', async () => {
    const [topic, from] = [await kafka.createTopic(), await kafka.createTopic()];
    await produce(kafka, from, [
      deadLetterRecord(topic, { [DeliveryHeader.ERROR_CLASS]: 'TypeError' }),
      deadLetterRecord(topic, { [DeliveryHeader.ERROR_CLASS]: 'Error' }),
      deadLetterRecord(topic, { [DeliveryHeader.REPLAYS]: '3' }),
      { value: 'plain' },
      deadLetterRecord(from),
    ]);
    const told: [DeadLetterRecord, ReplayOutcome][] = [];
    const options: ReplayOptions = {
      from,
      dryRun: true,
      groupId: kafka.groupId(),
      filter: ({ errorClass }) => errorClass !== 'TypeError',
      onRecord: (one, { outcome }) => {
        told.push([one, outcome]);
        throw new Error('contained');
      },
    };
    for (let time = 0; time < 2; time++)
      expect(await again(options)).to.include({ replayed: 1, filtered: 1, replayLimitReached: 1, unroutable: 2, dryRun: true });
    expect(told.slice(0, 5).map(([, outcome]) => outcome)).to.deep.equal([
      'filtered',
      'replayed',
      'replayLimitReached',
      'unroutable',
      'unroutable',
    ]);
    expect(told[1]?.[0]).to.include({
      partition: 0,
      offset: '1',
      originalTopic: topic,
      errorClass: 'Error',
      attempts: undefined,
      traceId: failedTraceId,
      replays: 0,
    });
    expect(spans.takeAll().map(({ name }) => name)).to.deep.equal([`replay ${from}`, `replay ${from}`]);
  });

  it('writes to another topic by key when an option names one', async () => {
    const [from, to] = [await kafka.createTopic(), await kafka.createTopic(2)];
    await produce(kafka, from, [deadLetterRecord('gone'), { key: 'k', value: 'plain' }]);
    expect(await again({ from, to })).to.include({ replayed: 2 });
    const messages = await kafka.read(to, 2);
    expect(messages.map(({ value }) => String(value))).to.deep.equal(['v', 'plain']);
    spans.takeAll();
  });

  it('ends after the record in flight when it is aborted, and before a record for which its filter throws', async () => {
    const [topic, from] = [await kafka.createTopic(), await kafka.createTopic()];
    await produce(kafka, from, [deadLetterRecord(topic), deadLetterRecord(topic)]);
    const control = new AbortController();
    const slow = again({ from, rate: 0.001, signal: control.signal, onRecord: () => control.abort() });
    expect(await slow).to.include({ replayed: 1, ended: 'aborted' });
    expect(await again({ from, signal: AbortSignal.abort() })).to.include({ replayed: 0, ended: 'aborted' });
    const failed = await again({
      from,
      groupId: kafka.groupId(),
      filter: () => {
        throw new Error('of the filter.');
      },
    }).catch((error: unknown) => error);
    expect(failed).to.be.instanceOf(KafkaTracingError).with.property('code', 'filter_failed');
    expect((failed as Error).message).to.match(new RegExp(`record 0 in partition 0 of "${from}": of the filter`));
    expect(await again({ from })).to.include({ replayed: 1 });
    spans.takeAll();
  });

  it('rejects contradictory options', async () => {
    for (const [options, code] of [
      [{}, 'invalid_option'],
      [{ from: 'a', to: 'a' }, 'invalid_option'],
      [{ from: 'a', rate: 0 }, 'invalid_option'],
      [{ from: 'a', filter: { since: Number.NaN } }, 'invalid_option'],
      [{ from: 'a', filter: { records: [7] } }, 'invalid_option'],
      [{ from: 'a', filter: [] }, 'invalid_option'],
      [{ from: 'a', filter: () => true }, 'invalid_option'],
      [{ from: 'a', topic: 'b' }, 'unknown_option'],
      [{ from: 'a', tracing: { agentContext: 'withhold' } }, 'unknown_option'],
      [{ from: kafka.groupId() }, 'topic_missing'],
      [{ from: await kafka.createTopic(), to: kafka.groupId() }, 'topic_missing'],
    ] as const) {
      const refused = await again(options as ReplayOptions).catch((error: unknown) => error);
      expect(refused).to.be.instanceOf(KafkaTracingError).with.property('code', code);
    }
    const refused = await replay({} as never, { from: 'a' }).catch((error: unknown) => error);
    expect(refused).to.have.property('code', 'not_a_client');
    expect(spans.takeAll().map(({ status }) => status.message?.split(' ', 1)[0])).to.deep.equal(['[topic_missing]']);
  });
});
