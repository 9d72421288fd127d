import { setImmediate as turn } from 'node:timers/promises';
import { trace } from '@opentelemetry/api';
import { expect } from 'chai';
import type { Message } from 'kafkajs';
import { produce } from '../../support/broker/consume.ts';
import { useKafka } from '../../support/broker/kafka.ts';
import { useSubscriptions } from '../../support/broker/subscription.ts';
import { useTracing } from '../../support/telemetry/tracing.ts';

describe('key-level concurrency', () => {
  const kafka = useKafka();
  const { subscribe, committed } = useSubscriptions(kafka);
  const { spans } = useTracing();
  const keyed = (keys: number, count: number): Message[] =>
    Array.from({ length: count }, (_, index) => ({ key: `key ${index % keys}`, value: String(index) }));

  it('keeps the order of each key, and handles keys concurrently up to the limit, each message in its own trace', async () => {
    const topic = await kafka.createTopic();
    await produce(kafka, topic, keyed(20, 1_000));
    const byKey = new Map<string, number[]>();
    const traces = new Set<string | undefined>();
    const busy = new Set<string>();
    let handled = 0;
    let most = 0;
    const all = Promise.withResolvers<void>();
    const subscription = await subscribe(
      topic,
      async ({ key, value }) => {
        const name = String(key);
        expect(busy.has(name)).to.equal(false);
        busy.add(name);
        most = Math.max(most, busy.size);
        await turn();
        traces.add(trace.getActiveSpan()?.spanContext().traceId);
        byKey.set(name, [...(byKey.get(name) ?? []), Number(value)]);
        busy.delete(name);
        if (++handled === 1_000) all.resolve();
      },
      { concurrency: { keys: 8 } },
    );
    await all.promise;
    expect(await subscription.drain()).to.include({ interrupted: 0, deadLettered: 0 });
    expect(most).to.equal(8);
    expect(traces.size).to.equal(1_000);
    expect(byKey.size).to.equal(20);
    for (const values of byKey.values()) {
      expect(values).to.have.length(50);
      expect(values).to.deep.equal(values.toSorted((one, other) => one - other));
    }
    expect(spans.takeAll()).to.have.length(1_000);
  });

  it('treats no key and an empty key as two keys, and unkeyed messages as one key unless the option says otherwise', async () => {
    for (const [unkeyed, most] of [
      ['ordered', 2],
      ['unordered', 4],
    ] as const) {
      const topic = await kafka.createTopic();
      await produce(kafka, topic, [{ value: '0' }, { key: '', value: '1' }, { value: '2' }, { value: '3' }]);
      let atOnce = 0;
      let reached = 0;
      let handled = 0;
      const all = Promise.withResolvers<void>();
      await subscribe(
        topic,
        async () => {
          reached = Math.max(reached, ++atOnce);
          await turn();
          atOnce--;
          if (++handled === 4) all.resolve();
        },
        { concurrency: { keys: 10, unkeyed } },
      );
      await all.promise;
      expect(reached).to.equal(most);
      for (let message = 0; message < 4; message++) await spans.waitFor(`process ${topic}`);
    }
  });

  it('commits up to the first unfinished message with the completed offsets beyond it, and the next member repeats only unfinished messages', async () => {
    const topic = await kafka.createTopic();
    const groupId = kafka.groupId();
    await produce(kafka, topic, keyed(4, 40));
    const first = new Set<number>();
    const rest = Promise.withResolvers<void>();
    const one = await subscribe(
      topic,
      ({ value }, { signal }) => {
        const number = Number(value);
        // Key 1 is stuck at its third message.
        if (number === 9) return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
        first.add(number);
        if (first.size === 32) rest.resolve();
        return undefined;
      },
      { groupId, concurrency: { keys: 4 } },
    );
    await rest.promise;
    const report = await one.drain({ grace: 0 });
    expect(report).to.deep.include({ interrupted: 1, abandoned: [] });
    // All but every fourth from 9 on: distances and lengths.
    expect(await committed(groupId, topic)).to.deep.equal(['9', '1+2,2+2,2+2,2+2,2+2,2+2,2+2,2+1']);

    const second: number[] = [];
    const all = Promise.withResolvers<void>();
    const two = await subscribe(
      topic,
      ({ value }) => {
        second.push(Number(value));
        if (second.length === 8) all.resolve();
      },
      { groupId, concurrency: { keys: 4 } },
    );
    await all.promise;
    await two.drain();
    expect(second).to.deep.equal([9, 13, 17, 21, 25, 29, 33, 37]);
    expect(await committed(groupId, topic)).to.deep.equal(['40', '']);
    expect(spans.takeAll()).to.have.length(41);
  });

  it('handles other keys while one key waits for its next attempt', async () => {
    const topic = await kafka.createTopic();
    await produce(kafka, topic, [
      { key: 'a', value: 'fails' },
      { key: 'b', value: '1' },
      { key: 'a', value: 'behind' },
      { key: 'b', value: '2' },
    ]);
    const order: string[] = [];
    const all = Promise.withResolvers<void>();
    const others = Promise.withResolvers<void>();
    await subscribe(
      topic,
      async ({ value }, { attempt }) => {
        const text = String(value);
        if (text === 'fails' && attempt === 1) throw new Error('once');
        if (text === 'fails') await others.promise;
        order.push(text);
        if (text === '2') others.resolve();
        if (order.length === 4) all.resolve();
      },
      { concurrency: { keys: 2 } },
    );
    await all.promise;
    expect(order).to.deep.equal(['1', '2', 'fails', 'behind']);
    for (let attempt = 0; attempt < 5; attempt++) await spans.waitFor(`process ${topic}`);
  });
});
