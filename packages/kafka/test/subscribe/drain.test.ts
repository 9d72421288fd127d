import { expect } from 'chai';
import { KafkaTracingError } from '../../src/core/kafka-tracing-error.ts';
import { produce } from '../support/broker/consume.ts';
import { useKafka } from '../support/broker/kafka.ts';
import { useSubscriptions } from '../support/broker/subscription.ts';
import { useTracing } from '../support/telemetry/tracing.ts';

describe('a subscription that drains, pauses and resumes', () => {
  const kafka = useKafka();
  const { subscribe, committed } = useSubscriptions(kafka);
  const { spans } = useTracing();

  it('finishes the message in flight when it drains, starts no other, commits, and logs one line', async () => {
    const topic = await kafka.createTopic();
    const groupId = kafka.groupId();
    await produce(kafka, topic, [{ value: '1' }, { value: '2' }]);
    const begun = Promise.withResolvers<void>();
    const release = Promise.withResolvers<void>();
    const lines: unknown[] = [];
    const log = { info: (fields: object, message: string) => lines.push([message, fields]), warn: () => lines.push('warned') };
    const subscription = await subscribe(
      topic,
      () => {
        begun.resolve();
        return release.promise;
      },
      { groupId, log },
    );
    await begun.promise;
    expect(subscription.health()).to.deep.include({ ok: true, state: 'running', inFlight: 1 });
    const draining = subscription.drain();
    expect(subscription.health()).to.deep.include({ ok: false, state: 'draining' });
    release.resolve();
    const report = await draining;
    expect(report).to.deep.include({ handled: 1, deadLettered: 0, skipped: 0, interrupted: 0, abandoned: [] });
    expect(await subscription.drain()).to.equal(report);
    expect(subscription.health()).to.deep.include({ ok: false, state: 'drained', inFlight: 0 });
    expect(lines).to.deep.equal([
      ['No commit found: the partitions begin here', { partitions: [{ topic, partition: 0, offset: '0' }] }],
      ['Subscription drained', report],
    ]);
    expect(await committed(groupId, topic)).to.deep.equal(['1', '']);
    await spans.waitFor(`process ${topic}`);
  });

  it('rejects drain times that no timer can wait', async () => {
    const subscription = await subscribe(await kafka.createTopic(), () => {});
    for (const options of [{ grace: NaN }, { timeout: Infinity }, { timeout: -1 }, { timeout: '5' }, { grance: 5 }]) {
      const refused = await subscription.drain(options as object).catch((error: unknown) => error);
      expect(refused).to.be.instanceOf(KafkaTracingError);
    }
    expect(subscription.health()).to.include({ ok: true, state: 'running' });
    expect(await subscription.drain({ grace: undefined } as object)).to.include({ handled: 0, interrupted: 0 });
  });

  it('abandons a message that has not ended at the drain timeout, names it, ends its span and does not commit it', async () => {
    const topic = await kafka.createTopic();
    const groupId = kafka.groupId();
    await produce(kafka, topic, [{ key: 'a key', value: '1' }]);
    const begun = Promise.withResolvers<string | undefined>();
    const subscription = await subscribe(
      topic,
      (_, { traceId }) => {
        begun.resolve(traceId);
        return new Promise(() => {});
      },
      { groupId },
    );
    const traceId = await begun.promise;
    const { abandoned, interrupted } = await subscription.drain({ grace: 0, timeout: 20 });
    expect(interrupted).to.equal(1);
    expect(abandoned).to.have.length(1);
    expect(abandoned[0]).to.include({ topic, partition: 0, offset: '0', key: 'a key', attempt: 1, traceId });
    expect((await spans.waitFor(`process ${topic}`)).status.message).to.match(/did not end within 20 ms/);
    expect(await committed(groupId, topic)).to.deep.equal(['0', '']);
  });

  it('does not wait for the next attempt of a message when it drains', async () => {
    const topic = await kafka.createTopic();
    const groupId = kafka.groupId();
    await produce(kafka, topic, [{ value: '1' }]);
    const failed = Promise.withResolvers<void>();
    const subscription = await subscribe(topic, () => Promise.reject(new Error('later')), {
      groupId,
      retry: { backoff: { initial: 3_600_000, max: 3_600_000 } },
    });
    subscription.on('attempt-failed', () => failed.resolve());
    await failed.promise;
    expect(await subscription.drain()).to.deep.include({ handled: 0, interrupted: 1, abandoned: [] });
    expect(await committed(groupId, topic)).to.deep.equal(['0', '']);
    await spans.waitFor(`process ${topic}`);
  });

  it('drains at the end of await using', async () => {
    const topic = await kafka.createTopic();
    let states: unknown;
    {
      await using subscription = await subscribe(topic, () => {});
      states = (): unknown => subscription.health().state;
      expect(subscription.health().state).to.equal('running');
    }
    expect((states as () => unknown)()).to.equal('drained');
  });

  it('starts no message between pause and resume, and loses none', async () => {
    const topic = await kafka.createTopic();
    const seen: string[] = [];
    const waiting = new Map<string, () => void>();
    const seenBy = (value: string): Promise<void> =>
      seen.includes(value) ? Promise.resolve() : new Promise((resolve) => waiting.set(value, resolve));
    const subscription = await subscribe(topic, ({ value }) => {
      seen.push(String(value));
      waiting.get(String(value))?.();
    });
    await produce(kafka, topic, [{ value: '1' }]);
    await seenBy('1');
    subscription.pause();
    expect(subscription.health()).to.deep.include({ ok: true, state: 'paused' });
    await produce(kafka, topic, [{ value: '2' }]);
    // Another group that started later has it: this one would have, too.
    await kafka.read(topic, 2);
    expect(seen).to.deep.equal(['1']);
    subscription.resume();
    await seenBy('2');
    expect(subscription.health()).to.deep.include({ ok: true, state: 'running' });
    for (let message = 0; message < 2; message++) await spans.waitFor(`process ${topic}`);
  });

  it('reports the lag of each partition', async () => {
    const topic = await kafka.createTopic(2);
    await produce(kafka, topic, [
      { value: '1', partition: 0 },
      { value: '2', partition: 0 },
      { value: '3', partition: 1 },
    ]);
    const begun = Promise.withResolvers<void>();
    const subscription = await subscribe(
      topic,
      (_, { signal }) => {
        begun.resolve();
        return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
      },
      { concurrency: { partitions: 2 } },
    );
    await begun.promise;
    expect(await subscription.lag()).to.have.deep.members([
      { topic, partition: 0, lag: 2n },
      { topic, partition: 1, lag: 1n },
    ]);
    await subscription.drain({ grace: 0 });
    spans.takeAll();
    const refused = await subscription.lag().catch((error: unknown) => error);
    expect(refused).to.be.instanceOf(KafkaTracingError).with.property('code', 'drained');
  });

  it('reports a stuck handler in health', async () => {
    const topic = await kafka.createTopic();
    await produce(kafka, topic, [{ key: 'k', value: '1' }]);
    const begun = Promise.withResolvers<void>();
    const subscription = await subscribe(
      topic,
      async (_, { signal, heartbeat }) => {
        await heartbeat();
        await new Promise<void>((resolve) => setTimeout(resolve, 2));
        begun.resolve();
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
      },
      { stuckAfter: 1 },
    );
    await begun.promise;
    const { ok, stuck } = subscription.health();
    expect(ok).to.equal(false);
    expect(stuck).to.have.length(1);
    expect(stuck[0]).to.include({ topic, partition: 0, offset: '0', key: 'k', attempt: 1 });
    await subscription.drain({ grace: 0 });
    await spans.waitFor(`process ${topic}`);
  });

  it('leaves nothing open when its start failed', async () => {
    const refused = await subscribe(kafka.groupId(), () => {}).catch((error: unknown) => error);
    expect(refused).to.be.instanceOf(KafkaTracingError).with.property('code', 'topic_missing');
  });
});
