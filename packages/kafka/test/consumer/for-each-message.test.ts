import { propagation, SpanStatusCode, trace } from '@opentelemetry/api';
import { traceFields } from '@tracelink/context';
import { expect } from 'chai';
import { forEachMessage } from '../../src/consumer/for-each-message.ts';
import { wrapConsumer } from '../../src/consumer/wrap-consumer.ts';
import { consumeBatches, produce } from '../support/broker/consume.ts';
import { a, b, ids } from '../support/telemetry/creation-contexts.ts';
import { useKafka } from '../support/broker/kafka.ts';
import { copied, received, StubConsumer } from '../support/stubs/stub-consumer.ts';
import { useTracing } from '../support/telemetry/tracing.ts';

describe('forEachMessage', () => {
  const kafka = useKafka();
  const { spans, metrics, warnings } = useTracing();
  const ten = Array.from({ length: 10 }, (_, index) => ({ value: String(index) }));

  it('runs each message in its own trace, baggage, clock and status, linked to the batch (B15)', async () => {
    const topic = await kafka.createTopic();
    await produce(kafka, topic, [
      { key: 'a', value: '1', headers: { traceparent: a.traceparent, baggage: 'tenant=one' } },
      { key: 'b', value: '2', headers: { traceparent: b.traceparent } },
      { key: 'none', value: '3' },
    ]);
    const seen: unknown[] = [];
    await consumeBatches(kafka, topic, (payload) =>
      forEachMessage(payload, async ({ key }) => {
        await workFor(5);
        // The fields of this message's log lines (traceFields) are its own span's, too.
        seen.push([String(key), traceFields().span_id, propagation.getActiveBaggage()?.getEntry('tenant')?.value]);
      }),
    );
    const own = [
      await spans.waitFor(`process ${topic}`),
      await spans.waitFor(`process ${topic}`),
      await spans.waitFor(`process ${topic}`),
    ] as const;
    const batch = await spans.waitFor(`process ${topic}`);
    const batchIds = ids(batch.spanContext());

    expect(seen).to.deep.equal([
      ['a', own[0].spanContext().spanId, 'one'],
      ['b', own[1].spanContext().spanId, undefined],
      ['none', own[2].spanContext().spanId, undefined],
    ]);
    expect(own.map(({ parentSpanContext }) => ids(parentSpanContext))).to.deep.equal([ids(a), ids(b), batchIds]);
    expect(own.map(({ links }) => links.map((link) => ids(link.context)))).to.deep.equal([[ids(a), batchIds], [ids(b), batchIds], []]);
    expect(own.map(({ attributes }) => [attributes['kafka.offset'], attributes['messaging.batch.message_count']])).to.deep.equal([
      [0, undefined],
      [1, undefined],
      [2, undefined],
    ]);
    // Three times the batch's duration, if each were timed for the whole batch.
    const sum = own.reduce((total, { duration }) => total + milliseconds(duration), 0);
    expect(sum)
      .to.be.at.least(15)
      .and.at.most(milliseconds(batch.duration) + 3);
    expect(batch.links.map((link) => ids(link.context))).to.deep.equal([ids(a), ids(b)]);
    const recorded = await metrics();
    expect(recorded.get('messaging.client.consumed.messages')?.dataPoints.map(({ value }) => value)).to.deep.equal([3]);
    expect(recorded.get('messaging.process.duration')?.dataPoints.map(({ value }) => (value as { count: number }).count)).to.deep.equal([
      4,
    ]);
  });

  it('restarts at the failed message, with its attempt number (B24)', async () => {
    const topic = await kafka.createTopic();
    await produce(kafka, topic, ten);
    const handled: string[] = [];
    await consumeBatches(kafka, topic, (payload) =>
      forEachMessage(payload, ({ value }) => {
        handled.push(String(value));
        if (handled.length === 6) throw new Error('once');
      }),
    );
    await spans.waitFor(({ attributes }) => attributes['kafka.offset'] === 9);
    await spans.waitFor(({ attributes }) => attributes['messaging.batch.message_count'] === 5);
    expect(handled).to.deep.equal(['0', '1', '2', '3', '4', '5', '5', '6', '7', '8', '9']);
    const of5 = spans.takeAll().filter(({ attributes }) => attributes['kafka.offset'] === 5);
    expect(of5.map(({ status, attributes }) => [status.code, attributes['tracelink.delivery.attempt']])).to.deep.equal([
      [SpanStatusCode.ERROR, undefined],
      [SpanStatusCode.UNSET, 2],
    ]);
  });

  it('stops after the current message when the payload or the consumer pauses the partition', async () => {
    for (const how of ['payload', 'consumer'] as const) {
      const topic = await kafka.createTopic();
      await produce(kafka, topic, ten);
      const handled: string[] = [];
      const paused = Promise.withResolvers<void>();
      const consumer = await consumeBatches(kafka, topic, (payload) =>
        forEachMessage(payload, ({ value }) => {
          if (handled.push(String(value)) !== 4) return;
          if (how === 'payload') payload.pause();
          else consumer.pause([{ topic }]);
          paused.resolve();
        }),
      );
      await paused.promise;
      await spans.waitFor(({ attributes }) => attributes['messaging.batch.message_count'] === 10);
      expect(handled).to.deep.equal(['0', '1', '2', '3']);
      consumer.resume([{ topic }]);
      await spans.waitFor(({ attributes }) => attributes['messaging.batch.message_count'] === 6);
      expect(handled).to.deep.equal(ten.map(({ value }) => value));
      spans.takeAll();
    }
  });

  it('stops when a seek makes the batch stale, and continues at the new offset', async () => {
    const topic = await kafka.createTopic();
    await produce(kafka, topic, ten);
    const handled: string[] = [];
    const consumer = await consumeBatches(kafka, topic, (payload) =>
      forEachMessage(payload, ({ value }) => {
        if (handled.push(String(value)) === 2) consumer.seek({ topic, partition: 0, offset: '8' });
      }),
    );
    await spans.waitFor(({ attributes }) => attributes['kafka.offset'] === 9);
    await spans.waitFor(({ attributes }) => attributes['messaging.batch.message_count'] === 2);
    expect(handled).to.deep.equal(['0', '1', '8', '9']);
    spans.takeAll();
  });

  it('throws the handler’s error, the same object, and handles no further message', async () => {
    const client = new StubConsumer();
    const failure = new Error('no');
    const seen: unknown[] = [];
    await wrapConsumer(client).run({
      eachBatch: (payload) =>
        forEachMessage(payload, ({ offset }) => {
          seen.push(offset);
          throw failure;
        }),
    });
    const outcome = await Promise.allSettled([client.deliverBatch([received({ offset: '1' }), received({ offset: '2' })])]);
    expect(outcome[0]).to.have.property('reason', failure);
    expect([seen, client.resolved]).to.deep.equal([['1'], []]);
    expect(spans.takeAll().map(({ status }) => status.message)).to.deep.equal(['no', 'no']);
  });

  it('throws what the client throws between messages, such as on a rebalance', async () => {
    const client = new StubConsumer();
    const failure = new Error('rebalancing');
    await wrapConsumer(client).run({ eachBatch: (payload) => forEachMessage(payload, () => {}) });
    const outcome = await Promise.allSettled([client.deliverBatch([received(), received()], { heartbeat: () => Promise.reject(failure) })]);
    expect(outcome[0]).to.have.property('reason', failure);
    expect(client.resolved).to.deep.equal(['7']);
    spans.takeAll();
  });

  it('makes child spans of the batch span when the relation is link, with the ids of the linked context', async () => {
    const client = new StubConsumer();
    await wrapConsumer(client, { relation: 'link' }).run({ eachBatch: (payload) => forEachMessage(payload, () => {}) });
    await client.deliverBatch([received({ headers: { traceparent: a.traceparent } })]);
    const [own, batch] = spans.takeAll();
    expect(ids(own?.parentSpanContext)).to.deep.equal(ids(batch?.spanContext()));
    expect(own?.links.map((link) => ids(link.context))).to.deep.equal([ids(a)]);
    expect(own?.attributes).to.include({ 'tracelink.link.trace_id': a.traceId, 'tracelink.link.span_id': a.spanId });
  });

  it('goes by the options of the consumer also when its handler gives copies of the messages', async () => {
    const client = new StubConsumer();
    const options = { relation: 'link', groupId: 'g' } as const;
    await wrapConsumer(client, options).run({ eachBatch: (payload) => forEachMessage(copied(payload), () => {}) });
    await client.deliverBatch([received({ headers: { traceparent: a.traceparent } })]);
    const [own, batch] = spans.takeAll();
    expect(ids(own?.parentSpanContext)).to.deep.equal(ids(batch?.spanContext()));
    expect(own?.attributes).to.include({ 'messaging.consumer.group.name': 'g', 'tracelink.link.trace_id': a.traceId });
  });

  it('makes child spans of the batch span when another span is active', async () => {
    const client = new StubConsumer();
    await wrapConsumer(client).run({
      eachBatch: (payload) =>
        trace.getTracer('test').startActiveSpan('prepare', async (span) => {
          span.end();
          await forEachMessage(payload, () => {});
        }),
    });
    await client.deliverBatch([received()]);
    const prepare = spans.take('prepare');
    const [own, batch] = spans.takeAll();
    expect(ids(own?.parentSpanContext)).to.deep.equal(ids(batch?.spanContext()));
    expect(ids(prepare.parentSpanContext)).to.deep.equal(ids(batch?.spanContext()));
  });

  it('works with the payload of an unwrapped consumer, by its own options', async () => {
    const client = new StubConsumer();
    const seen: unknown[] = [];
    const payload = client.payload([received({ headers: { traceparent: a.traceparent } }), received({ offset: '8' })]);
    await forEachMessage(payload, ({ offset }) => void seen.push(offset), { groupId: 'g' });
    const own = spans.takeAll();
    expect(own.map(({ parentSpanContext }) => ids(parentSpanContext))).to.deep.equal([ids(a), undefined]);
    expect(own.map(({ attributes }) => attributes['messaging.consumer.group.name'])).to.deep.equal(['g', 'g']);
    expect([seen, client.resolved]).to.deep.equal([
      ['7', '8'],
      ['7', '8'],
    ]);
  });

  it('counts each message of an unwrapped consumer once, also when it is given the same payload again', async () => {
    const client = new StubConsumer();
    const payload = client.payload([received({}), received({ offset: '8' })]);
    for (let call = 0; call < 2; call++) await forEachMessage(payload, () => {});
    spans.takeAll();
    const consumed = (await metrics()).get('messaging.client.consumed.messages');
    expect(consumed?.dataPoints.map(({ value }) => value)).to.deep.equal([2]);
  });

  it('goes by the options of each call, when an unwrapped consumer’s payload is given again', async () => {
    const client = new StubConsumer();
    const payload = client.payload([received({ headers: { traceparent: a.traceparent } })]);
    await forEachMessage(payload, () => {});
    await forEachMessage(payload, () => {}, { relation: 'link' });
    expect(spans.takeAll().map(({ parentSpanContext }) => parentSpanContext?.spanId)).to.deep.equal([a.spanId, undefined]);
  });

  it('rejects options that do not exist or are wrong, before it handles a message', async () => {
    const payload = new StubConsumer().payload([received({})]);
    const stream = { [Symbol.asyncIterator]: () => expect.fail('it is not read') };
    for (const [options, code] of [
      [{ linkLimits: 3 }, 'unknown_option'],
      [{ linkLimit: -1 }, 'invalid_option'],
    ] as const)
      for (const source of [payload, stream]) {
        const error: unknown = await forEachMessage(
          source as typeof payload,
          () => expect.fail('it is not handled'),
          options as object,
        ).catch((reason: unknown) => reason);
        expect(error).to.have.property('code', code);
      }
  });

  it('handles messages without a span when their headers cannot be read', async () => {
    const failing = {
      extract: () => fail(),
      creationContext: () => undefined,
      droppedContexts: () => [],
      kept: () => fail(),
      injection: () => fail(),
    };
    const client = new StubConsumer();
    const seen: unknown[] = [];
    await forEachMessage(client.payload([received()]), ({ offset }) => void seen.push(offset), { propagation: failing });
    expect(seen).to.deep.equal(['7']);
    expect(warnings.join()).to.include('reading headers failed');
  });

  it('resolves each message with its leader epoch, which Confluent’s client commits', async () => {
    const resolved: unknown[] = [];
    const payload = new StubConsumer().payload([received({ leaderEpoch: 7 })]);
    await forEachMessage({ ...payload, resolveOffset: (...args: unknown[]) => void resolved.push(args) }, () => {});
    spans.take('process orders');
    expect(resolved).to.deep.equal([['7', 7]]);
  });

  it('does nothing for an empty batch', async () => {
    await forEachMessage(new StubConsumer().payload([]), () => expect.fail('called'));
  });
});

function milliseconds([seconds, nanoseconds]: readonly [number, number]): number {
  return seconds * 1e3 + nanoseconds / 1e6;
}

/** Keeps a handler busy across turns of the event loop, for this many milliseconds. */
async function workFor(duration: number): Promise<void> {
  const end = performance.now() + duration;
  while (performance.now() < end) await new Promise(setImmediate);
}

function fail(): never {
  throw new Error('unreadable');
}
