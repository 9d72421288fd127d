import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { expect } from 'chai';
import { memoryStore, idempotent, type IdempotencyStore } from '../../src/idempotency/index.ts';
import { KafkaTracingError } from '../../src/core/kafka-tracing-error.ts';
import { AttemptScope } from '../../src/subscribe/attempt/message-scope.ts';
import { produce } from '../support/broker/consume.ts';
import { delivered, scopeOf } from '../support/records/delivered.ts';
import { useKafka } from '../support/broker/kafka.ts';
import { useSubscriptions } from '../support/broker/subscription.ts';
import { useTracing } from '../support/telemetry/tracing.ts';

describe('idempotent', () => {
  const kafka = useKafka();
  const { subscribe } = useSubscriptions(kafka);
  const { spans, metrics } = useTracing();

  it('skips the handler when a completed message is delivered again, marks the span and counts a duplicate', async () => {
    const topic = await kafka.createTopic();
    await produce(kafka, topic, [{ value: 'a' }, { value: 'b' }]);
    const handled: string[] = [];
    const once = idempotent(memoryStore());
    for (const _delivery of [1, 2]) {
      const seen = Promise.withResolvers<void>();
      const handler = once(({ value }) => void handled.push(String(value)));
      // Another group reads from the beginning, as this one would after losing its commits.
      const subscription = await subscribe(topic, async (message, scope) => {
        await handler(message, scope);
        if (message.offset === '1') seen.resolve();
      });
      await seen.promise;
      await subscription.drain();
    }
    expect(handled).to.deep.equal(['a', 'b']);
    const repeated: unknown[] = [];
    for (let count = 0; count < 4; count++)
      repeated.push((await spans.waitFor(`process ${topic}`)).attributes['tracelink.delivery.duplicate']);
    expect(repeated).to.deep.equal([undefined, undefined, true, true]);
    const counter = (await metrics()).get('tracelink.delivery.duplicates');
    expect(counter?.dataPoints.map(({ value, attributes }) => [value, attributes])).to.deep.equal([
      [2, { 'messaging.destination.name': topic }],
    ]);
  });

  it('runs a failed handler again until it succeeds', async () => {
    const topic = await kafka.createTopic();
    await produce(kafka, topic, [{ value: 'a' }]);
    const done = Promise.withResolvers<number>();
    await subscribe(
      topic,
      idempotent(memoryStore())((_message, { attempt }) => {
        if (attempt < 3) throw new Error(`attempt ${attempt}`);
        done.resolve(attempt);
      }),
    );
    expect(await done.promise).to.equal(3);
    for (let count = 0; count < 3; count++) await spans.waitFor(`process ${topic}`);
  });

  it('runs a handler again that asked for a retry and caught what retryLater throws', async () => {
    const topic = await kafka.createTopic();
    await produce(kafka, topic, [{ value: 'a' }]);
    const done = Promise.withResolvers<number>();
    const subscription = await subscribe(
      topic,
      idempotent(memoryStore())((_message, { attempt, retryLater }) => {
        try {
          if (attempt === 1) retryLater(0);
          done.resolve(attempt);
        } catch {
          // A handler that logs whatever it catches.
        }
      }),
      { retryTopics: { delays: ['50ms'] } },
    );
    expect(await done.promise).to.equal(2);
    await subscription.drain();
    spans.takeAll();
  });

  it('runs a handler again that asked for the dead-letter topic and caught what deadLetter throws, when the message is replayed', async () => {
    const handled: string[] = [];
    const handler = idempotent(memoryStore())((_message, { deadLetter }) => {
      try {
        handled.push('begun');
        if (handled.length === 1) deadLetter('no shelf');
        handled.push('done');
      } catch {
        // As above.
      }
    });
    const scope = new AttemptScope(1, 0, async () => {}, undefined);
    const refused = await Promise.resolve(handler(delivered(), scope)).catch((error: unknown) => error);
    expect(refused).to.equal(scope.asked).and.have.property('message', 'no shelf');
    await handler(delivered(), new AttemptScope(1, 0, async () => {}, undefined));
    expect(handled).to.deep.equal(['begun', 'begun', 'done']);
  });

  it('sends a message to the dead-letter topic at once when its key is no text, with its place in the reason', async () => {
    const topic = await kafka.createTopic();
    await produce(kafka, topic, [{ value: 'a' }]);
    const dead = Promise.withResolvers<{ error: unknown; deadLetterTopic: string }>();
    const subscription = await subscribe(
      topic,
      idempotent(memoryStore(), { key: ({ headers }) => headers['message-id'] as unknown as string })(() => {}),
    );
    subscription.on('dead-letter', (record) => dead.resolve(record));
    const { error, deadLetterTopic } = (await dead.promise) as { error: KafkaTracingError; deadLetterTopic: string };
    expect(error).to.be.instanceOf(KafkaTracingError);
    expect([error.code, error.message]).to.deep.equal([
      'missing_idempotency_key',
      `[missing_idempotency_key] The key option of idempotent gave a value of type undefined for ${topic}/0/0.`,
    ]);
    await subscription.drain();
    await spans.waitFor(`process ${topic}`);
    await spans.waitFor(`send ${deadLetterTopic}`);
  });

  it('fails a message whose key is a promise that rejects, without an unhandled rejection', async () => {
    const rejections: unknown[] = [];
    const note = (reason: unknown): void => void rejections.push(reason);
    process.on('unhandledRejection', note);
    const key = (): string => Promise.reject(new Error('no key')) as unknown as string;
    const handling = idempotent(memoryStore(), { key })(() => {})(delivered(), scopeOf()) as Promise<unknown>;
    expect(String(await handling.catch((error: unknown) => error))).to.match(/missing_idempotency_key.*gave a value of type object/);
    // Node reports them after the microtasks of a turn.
    await new Promise((resolve) => setImmediate(resolve));
    process.off('unhandledRejection', note);
    expect(rejections).to.deep.equal([]);
  });

  it('distinguishes messages by topic, partition, offset and timestamp by default', async () => {
    const handled: string[] = [];
    const handler = idempotent(memoryStore())(({ topic, partition, offset, timestamp }) => {
      handled.push(`${topic} ${partition} ${offset} ${timestamp}`);
    });
    const others = [{}, { topic: 'orders/0' }, { partition: 1 }, { offset: '8' }, { timestamp: 1 }];
    for (const overrides of [...others, ...others]) await handler(delivered(overrides), scopeOf());
    expect(handled).to.deep.equal([
      'orders 0 7 1700000000000',
      'orders/0 0 7 1700000000000',
      'orders 1 7 1700000000000',
      'orders 0 8 1700000000000',
      'orders 0 7 1',
    ]);
  });

  it('distinguishes messages by the key that the option returns, whatever text it is', async () => {
    let handled = 0;
    const handler = idempotent(memoryStore(), { key: ({ value }) => value as string })<string>(() => void handled++);
    const ids = ['1', ' 1', '__proto__', 'constructor', '\0', '\ud800', '\udc00', '\ufffd', 'x'.repeat(100_000)];
    for (const value of [...ids, ...ids]) await handler(delivered({ value }), scopeOf());
    expect(handled).to.equal(ids.length);
    const failure = await Promise.resolve(handler(delivered({ value: '' }), scopeOf())).catch((error: unknown) => error);
    expect(String(failure)).to.match(/gave an empty text/);
  });

  it('passes the store’s transaction to the handler, and the handler’s error to the caller', async () => {
    const thrown = new Error('no shelf');
    const store: IdempotencyStore<'transaction'> = {
      async run(_id, effect) {
        await effect('transaction');
        return true;
      },
    };
    const handler = idempotent(store)((_message, _scope, transaction) => {
      expect(transaction).to.equal('transaction');
      throw thrown;
    });
    expect(await Promise.resolve(handler(delivered(), scopeOf())).catch((error: unknown) => error)).to.equal(thrown);
  });

  it('counts in the given meter provider, and works without an SDK', async () => {
    const handler = idempotent(memoryStore(), { meterProvider: new MeterProvider() })(() => {});
    await handler(delivered(), scopeOf());
    await handler(delivered(), scopeOf());
    expect((await metrics()).has('tracelink.delivery.duplicates')).to.equal(false);
  });

  it('rejects a value that is no store, and unknown options', () => {
    expect(() => idempotent({} as IdempotencyStore)).to.throw(KafkaTracingError, /idempotent takes a store/);
    expect(() => idempotent(memoryStore(), { ID: () => '' } as object)).to.throw(KafkaTracingError, /idempotent has no option "ID"/);
    expect(() => idempotent(memoryStore(), { key: 'x' } as never)).to.throw(KafkaTracingError, /"key" is "x": it must be a function/);
    expect(() => idempotent(memoryStore(), { meterProvider: {} } as never)).to.throw(KafkaTracingError, /a MeterProvider/);
  });
});
