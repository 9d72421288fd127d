import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { EmbeddedKafka } from '@tracelink/embedded-kafka';
import { expect } from 'chai';
import { Kafka, logLevel } from 'kafkajs';
import type { SubscribeOptions } from '../../src/subscribe/subscribe-options.ts';
import { subscribe } from '../../src/subscribe/subscribe.ts';
import type { Subscription } from '../../src/subscribe/subscription.ts';
import { Collector } from '../support/collector.ts';

const [topic, groupId] = ['orders', 'packing'];
const deadLetterTopic = `${topic}.${groupId}.dead-letter`;

describe('a drain under faults', () => {
  let kafka: EmbeddedKafka;
  let open: Subscription[];
  const uncaught: unknown[] = [];
  const note = (error: unknown): void => void uncaught.push(error);
  let others: readonly NodeJS.UncaughtExceptionListener[];
  beforeEach('start a broker', async () => {
    kafka = await EmbeddedKafka.start({ topics: { [topic]: 2 } });
    open = [];
    uncaught.length = 0;
    // Otherwise Mocha would blame another test.
    others = process.listeners('uncaughtException');
    process.removeAllListeners('uncaughtException');
    process.on('uncaughtException', note);
    process.on('unhandledRejection', note);
  });
  afterEach('end all', async () => {
    await Promise.all(open.map((subscription) => subscription.drain({ grace: 0, timeout: 0 })));
    await kafka.stop();
    process.off('uncaughtException', note);
    process.off('unhandledRejection', note);
    for (const listener of others) process.on('uncaughtException', listener);
    expect(uncaught).to.deep.equal([]);
  });

  async function started(handler: SubscribeOptions['handler'], options: Partial<SubscribeOptions> = {}): Promise<Subscription> {
    const client = new Kafka({ brokers: kafka.brokers, logLevel: logLevel.NOTHING, retry: { initialRetryTime: 20, retries: 2 } });
    const subscription = await subscribe(client, {
      groupId,
      topics: [topic],
      fromBeginning: true,
      consumer: { maxWaitTimeInMs: 20 },
      retry: { attempts: 1, backoff: { initial: 60, max: 60, jitter: 0 } },
      handler,
      ...options,
    });
    open.push(subscription);
    return subscription;
  }
  /** Longer than any timer that these subscriptions set. */
  const later = (): Promise<unknown> => once(AbortSignal.timeout(300), 'abort');

  it('leaves no timer behind while a message waits in place', async () => {
    const failing = Promise.withResolvers<void>();
    const release = Promise.withResolvers<void>();
    const subscription = await started(
      async () => {
        failing.resolve();
        await release.promise;
        throw new Error('no');
      },
      { retryTopics: { delays: ['100ms'], ordering: 'strict', maxRetries: 10 } },
    );
    kafka.topic(topic).append(0, [{ value: 'x' }]);
    await failing.promise;
    const draining = subscription.drain();
    release.resolve();
    await draining;
    await later();
  });

  it('leaves no timer behind while a dead-letter record cannot be written', async () => {
    kafka.fault({ api: 'Produce', topic: deadLetterTopic, times: 1_000 }, { error: 'TOPIC_AUTHORIZATION_FAILED' });
    const failing = Promise.withResolvers<void>();
    const release = Promise.withResolvers<void>();
    const subscription = await started(async () => {
      failing.resolve();
      await release.promise;
      throw new Error('no');
    });
    kafka.topic(topic).append(0, [{ value: 'x' }]);
    await failing.promise;
    const draining = subscription.drain();
    release.resolve();
    await draining;
    await later();
  });

  it('leaves no timer of a consumer that crashed while a partition was blocked', async () => {
    kafka.fault({ api: 'Produce', topic: deadLetterTopic, times: 1_000 }, { error: 'TOPIC_AUTHORIZATION_FAILED' });
    const subscription = await started(() => Promise.reject(new Error('no')));
    const stopped = new Collector<unknown>();
    const crashed = Promise.withResolvers<unknown>();
    subscription.on('blocked', (place) => stopped.add(place));
    subscription.on('crash', crashed.resolve);
    kafka.topic(topic).append(0, [{ value: 'x' }]);
    await stopped.until((all) => all.length === 1);
    kafka.fault({ api: 'Heartbeat', times: 1_000 }, { error: 'GROUP_AUTHORIZATION_FAILED' });
    kafka.fault({ api: 'JoinGroup', times: 1_000 }, { error: 'GROUP_AUTHORIZATION_FAILED' });
    kafka.fault({ api: 'Fetch', times: 1_000 }, { error: 'TOPIC_AUTHORIZATION_FAILED' });
    await crashed.promise;
    expect(subscription.health()).to.include({ ok: false, state: 'crashed' });
    await later();
    subscription.resume();
    await subscription.drain();
  });

  it('lets the process end when the broker is gone and the client restarts again and again', async () => {
    const program = fileURLToPath(new URL('../programs/without-broker.ts', import.meta.url));
    const child = fork(program, [kafka.brokers.join(','), topic], { execArgv: ['-C', '@tracelink/source'] });
    await once(child, 'message');
    await kafka.broker(1).stop();
    child.send('drain');
    expect(await once(child, 'exit')).to.deep.equal([0, null]);
  });

  it('leaves the group that the client was about to join after a crash', async () => {
    const subscription = await started(() => {});
    const joining = Promise.withResolvers<void>();
    const release = Promise.withResolvers<void>();
    const left = Promise.withResolvers<void>();
    kafka.on('JoinGroup', async ({ body }, next) => {
      if (subscription.health().state !== 'starting' || body.memberId === '') return next();
      joining.resolve();
      await release.promise;
      return next();
    });
    const fetches = kafka.fault({ api: 'Fetch', times: 1_000 }, { error: 'KAFKA_STORAGE_ERROR' });
    await joining.promise;
    fetches.remove();
    kafka.on('LeaveGroup', async (_, next) => {
      const answer = await next();
      left.resolve();
      return answer;
    });
    const draining = subscription.drain();
    release.resolve();
    await draining;
    await left.promise;
    expect(kafka.group(groupId).describe().members).to.deep.equal([]);
  });

  it('makes resume() do nothing', async () => {
    const subscription = await started(() => Promise.reject(new Error('no')), { classify: () => 'stop' });
    const stopped = new Collector<unknown>();
    subscription.on('blocked', (place) => stopped.add(place));
    kafka.topic(topic).append(0, [{ value: 'x' }]);
    await stopped.until((all) => all.length === 1);
    await subscription.drain();
    subscription.pause();
    subscription.resume();
    expect(subscription.health()).to.include({ ok: false, state: 'drained' });
  });

  it('does not wait for the handler that awaits it, and commits that handler’s message', async () => {
    const reports = new Collector<unknown>();
    const subscription: Subscription = await started(async ({ value }) => {
      if (String(value) === 'last') reports.add(await subscription.drain());
    });
    kafka.topic(topic).append(0, [{ value: 'first' }, { value: 'last' }, { value: 'next' }]);
    await reports.until((all) => all.length === 1);
    expect(await subscription.drain()).to.include({ handled: 1, interrupted: 0 });
    const [committed] = kafka.group(groupId).committedOffsets();
    expect(String(committed?.offset)).to.equal('2');
  });

  it('does not wait for handlers of two partitions that both await it, and commits their messages', async () => {
    const begun = new Collector();
    const reports = new Collector<unknown>();
    const subscription: Subscription = await started(
      async ({ value }) => {
        begun.add(String(value));
        await begun.all('a', 'b');
        reports.add(await subscription.drain({ grace: 500, timeout: 500 }));
      },
      { concurrency: { partitions: 2 } },
    );
    kafka.topic(topic).append(0, [{ value: 'a' }]);
    kafka.topic(topic).append(1, [{ value: 'b' }]);
    await reports.until((all) => all.length === 2);
    expect(await subscription.drain()).to.include({ handled: 2, interrupted: 0 });
    const committed = kafka.group(groupId).committedOffsets();
    expect(committed.map(({ offset }) => String(offset))).to.deep.equal(['1', '1']);
  });

  it('keeps to its own times when a batch was ending already', async () => {
    const begun = Promise.withResolvers<void>();
    const said = new Collector();
    const subscription = await started(
      () => {
        begun.resolve();
        return new Promise(() => {});
      },
      {
        consumer: { maxWaitTimeInMs: 20, heartbeatInterval: 20 },
        log: { info: () => {}, warn: (_, message) => said.add(message.slice(0, 8)) },
        drain: { grace: 60_000, timeout: 60_000 },
      },
    );
    kafka.topic(topic).append(0, [{ value: 'x' }]);
    await begun.promise;
    const [member] = kafka.group(groupId).describe().members;
    kafka.group(groupId).expireMember(member?.memberId ?? '');
    await said.all('Expelled');
    const { interrupted, abandoned } = await subscription.drain({ grace: 0, timeout: 20 });
    expect({ interrupted, abandoned: abandoned.length }).to.deep.equal({ interrupted: 1, abandoned: 1 });
  });

  it('works when listeners, log or classify reject', async () => {
    const reject = (): Promise<never> => Promise.reject(new Error('in a callback'));
    const subscription = await started(() => Promise.reject(new Error('no')), {
      classify: reject as never,
      log: { info: reject, warn: reject },
    });
    const told = new Collector();
    subscription.on('dead-letter', reject);
    subscription.on('attempt-failed', reject);
    subscription.on('dead-letter', ({ offset }) => told.add(offset));
    kafka.topic(topic).append(0, [{ value: 'x' }]);
    await told.all('0');
  });

  it('repeats nothing when a handler threw a value that throws when it is read', async () => {
    const hostile: unknown = new Proxy(
      {},
      {
        get() {
          throw new Error('trap');
        },
        getPrototypeOf() {
          throw new Error('trap');
        },
        has() {
          throw new Error('trap');
        },
      },
    );
    let runs = 0;
    const subscription = await started(({ value }) => {
      if (String(value) !== 'x') return;
      runs++;
      throw hostile;
    });
    const told = new Collector();
    subscription.on('dead-letter', ({ offset }) => told.add(offset));
    kafka.topic(topic).append(0, [{ value: 'x' }, { value: 'y' }]);
    await told.all('0');
    expect(await subscription.drain()).to.include({ interrupted: 0 });
    expect(runs).to.equal(1);
    expect(kafka.topic(deadLetterTopic).records(0)).to.have.length(1);
  });
});
