import { expect } from 'chai';
import { memoryStore } from '../../src/idempotency/memory-store.ts';
import { KafkaTracingError } from '../../src/core/kafka-tracing-error.ts';

const { signal } = new AbortController();

describe('memoryStore', () => {
  it('runs an effect once', async () => {
    const store = memoryStore();
    let ran = 0;
    const run = (): Promise<boolean> => store.run('a', async () => void ran++, signal);
    expect([await run(), await run(), ran]).to.deep.equal([true, false, 1]);
  });

  it('makes a second delivery wait for the first, and skips it when the first succeeds', async () => {
    const store = memoryStore();
    const first = Promise.withResolvers<void>();
    let ran = 0;
    const effect = async (): Promise<void> => {
      ran++;
      await first.promise;
    };
    const deliveries = [store.run('a', effect, signal), store.run('a', effect, signal), store.run('a', effect, signal)];
    // Another message does not wait.
    expect(await store.run('b', async () => {}, signal)).to.equal(true);
    expect(ran).to.equal(1);
    first.resolve();
    expect(await Promise.all(deliveries)).to.deep.equal([true, false, false]);
    expect(ran).to.equal(1);
  });

  it('runs a second delivery when the first fails, and each has its own outcome', async () => {
    const store = memoryStore();
    const first = Promise.withResolvers<void>();
    const failure = new Error('no shelf');
    const failed = store.run('a', () => first.promise, signal).catch((error: unknown) => error);
    const second = store.run('a', async () => {}, signal);
    const third = store.run('a', async () => {}, signal);
    first.reject(failure);
    expect(await failed).to.equal(failure);
    expect(await Promise.all([second, third])).to.deep.equal([true, false]);
  });

  it('stops waiting when the signal is aborted, with its reason and without the effect', async () => {
    const store = memoryStore();
    const first = Promise.withResolvers<void>();
    const running = store.run('a', () => first.promise, signal);
    const controller = new AbortController();
    const waiting = store.run('a', () => expect.fail('it was not its turn'), controller.signal).catch((error: unknown) => error);
    const reason = new Error('rebalance');
    controller.abort(reason);
    expect(await waiting).to.equal(reason);
    expect(await store.run('b', async () => {}, controller.signal).catch((error: unknown) => error)).to.equal(reason);
    first.resolve();
    expect(await running).to.equal(true);
  });

  it('forgets the oldest message when there are more than `max`', async () => {
    const store = memoryStore({ max: 2 });
    const run = (id: string): Promise<boolean> => store.run(id, async () => {}, signal);
    expect([await run('a'), await run('b'), await run('a'), await run('c')]).to.deep.equal([true, true, false, true]);
    expect([await run('a'), await run('b')]).to.deep.equal([false, true]);
  });

  it('rejects invalid options', () => {
    expect(() => memoryStore({ max: 0 })).to.throw(KafkaTracingError, /whole number of messages, 1 or more/);
    expect(() => memoryStore({ size: 1 } as object)).to.throw(KafkaTracingError, /memoryStore has no option "size"/);
  });
});
