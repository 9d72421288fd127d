import { setImmediate as turn } from 'node:timers/promises';
import { EmbeddedKafka } from '@tracelink/embedded-kafka';
import { expect } from 'chai';
import { Kafka, logLevel } from 'kafkajs';
import { CircuitBreaker } from '../../../src/subscribe/failure/circuit-breaker.ts';
import type { CircuitBreakerOptions, CircuitState } from '../../../src/subscribe/failure/circuit-breaker.ts';
import { subscribe as subscribeTo } from '../../../src/subscribe/subscribe.ts';
import { produce } from '../../support/broker/consume.ts';
import { useKafka } from '../../support/broker/kafka.ts';
import { useSubscriptions } from '../../support/broker/subscription.ts';
import { useTracing } from '../../support/telemetry/tracing.ts';

const backoff = { initial: 20, factor: 1, max: 20, jitter: 0 };

describe('the circuit breaker', () => {
  const kafka = useKafka();
  const { subscribe, committed } = useSubscriptions(kafka);
  const { spans } = useTracing();

  async function flooded(options: CircuitBreakerOptions, isDown: (attempt: number) => boolean) {
    const topic = await kafka.createTopic();
    const groupId = kafka.groupId();
    await produce(
      kafka,
      topic,
      Array.from({ length: 20 }, (_, index) => ({ key: String(index % 4), value: String(index) })),
    );
    const handled: string[] = [];
    const dead: string[] = [];
    const changes: string[] = [];
    const all = Promise.withResolvers<void>();
    const began = Promise.withResolvers<void>();
    const note = (list: string[], value: string): void => {
      list.push(value);
      if (handled.length + dead.length === 20) all.resolve();
    };
    const subscription = await subscribe(
      topic,
      ({ value }, { attempt }) => (isDown(attempt) ? Promise.reject(new Error('database is gone')) : note(handled, String(value))),
      { groupId, retry: { attempts: 1 }, circuitBreaker: { backoff, ...options } },
    );
    subscription.on('dead-letter', ({ offset }) => note(dead, offset));
    subscription.on('circuit-open', () => {
      changes.push('open');
      began.resolve();
    });
    subscription.on('circuit-closed', () => changes.push('closed'));
    return { topic, groupId, handled, dead, changes, subscription, all: all.promise, began: began.promise };
  }

  it('blocks the partition of a probe that fails finally, though a record of another key waits for the circuit', async () => {
    await using broker = await EmbeddedKafka.start({ topics: { orders: 1 } });
    const subscription = await subscribeTo(new Kafka({ brokers: broker.brokers, logLevel: logLevel.NOTHING }), {
      groupId: 'g',
      topics: ['orders'],
      fromBeginning: true,
      deadLetter: false,
      concurrency: { keys: 2 },
      retry: { attempts: 1 },
      circuitBreaker: { window: 4, maxProbes: 1, backoff: { ...backoff, initial: 200, max: 200 } },
      consumer: { maxWaitTimeInMs: 50 },
      handler: () => Promise.reject(new Error('no')),
    });
    const blocked = new Promise((resolve) => subscription.on('blocked', resolve));
    subscription.on('circuit-open', () => broker.topic('orders').append(0, [{ key: 'b', value: 'waits' }]));
    broker.topic('orders').append(0, [{ key: 'a', value: 'poison' }]);
    expect(await blocked).to.include({ offset: '0', reason: 'no_dead_letters' });
    await subscription.drain();
    spans.takeAll();
  });

  it('sends nothing to the dead-letter topic while it is open, shows in health, and closes by itself', async () => {
    let isDown = true;
    let probes = 0;
    const probed = Promise.withResolvers<void>();
    const { topic, groupId, handled, dead, changes, subscription, all, began } = await flooded({ window: 4 }, (attempt) => {
      if (attempt > 1 && isDown && ++probes === 2) probed.resolve();
      return isDown;
    });
    await began;
    const health = subscription.health();
    expect(health).to.include({ ok: false, state: 'running' });
    expect(health.circuitOpen?.error).to.have.property('message', 'database is gone');
    await probed.promise;
    isDown = false;
    await all;
    // None of the first either: a member that has handled nothing yet may have been started while the dependency was down.
    expect(dead).to.deep.equal([]);
    expect(handled).to.deep.equal(Array.from({ length: 20 }, (_, index) => String(index)));
    expect(changes).to.deep.equal(['open', 'closed']);
    expect(subscription.health()).to.deep.include({ ok: true, circuitOpen: undefined });
    await subscription.drain();
    expect(await committed(groupId, topic)).to.deep.equal(['20', '']);
    const events = spans.takeAll().flatMap((span) => span.events.map(({ name }) => name));
    expect(events.filter((name) => name === 'tracelink.delivery.circuit_open')).to.have.length(3);
  });

  it('tells of its probes and of the last error when it closes', async () => {
    let failures = 0;
    const { subscription, all } = await flooded({ window: 4 }, () => ++failures <= 3);
    const errors: unknown[] = [];
    subscription.on('attempt-failed', ({ error }) => errors.push(error));
    const closed = new Promise<CircuitState>((resolve) => subscription.on('circuit-closed', resolve));
    const { probes, nextProbeAt, error } = await closed;
    expect({ probes, nextProbeAt }).to.deep.equal({ probes: 2, nextProbeAt: undefined });
    expect(errors).to.have.length(3);
    expect(error).to.equal(errors[2]);
    await all;
    await subscription.drain();
    spans.takeAll();
  });

  it('closes when a probe is due before its partition waits', async () => {
    // A commit over the network takes longer than this.
    const options = { window: 4, backoff: { initial: 0, factor: 1, max: 0, jitter: 0 } };
    const { dead, handled, subscription, all } = await flooded(options, (attempt) => attempt < 4);
    await all;
    expect(dead.length + handled.length).to.equal(20);
    expect(handled).to.not.be.empty;
    await subscription.drain();
    spans.takeAll();
  });

  it('probes and closes when the broker is slow to answer the commit before the probe', async () => {
    await using broker = await EmbeddedKafka.start({ topics: { orders: 1 } });
    const answer = Promise.withResolvers<void>();
    let isDown = true;
    let left = 3;
    const all = Promise.withResolvers<void>();
    const subscription = await subscribeTo(new Kafka({ brokers: broker.brokers, logLevel: logLevel.NOTHING }), {
      groupId: 'packing',
      topics: ['orders'],
      fromBeginning: true,
      retry: { attempts: 1 },
      circuitBreaker: { failureRate: 1, window: 2, backoff },
      handler: () => {
        if (isDown) throw new Error('database is gone');
        if (--left === 0) all.resolve();
      },
    });
    // After the group has its commits: this delays the batch's commit.
    broker.fault({ api: 'OffsetCommit' }, { hold: answer.promise });
    const asked = broker.waitForRequest('OffsetCommit');
    broker.topic('orders').append(0, [{ value: 'a' }, { value: 'b' }, { value: 'c' }]);
    await asked;
    // The probe is due before the batch ends, as its commit has no answer.
    while (subscription.health().circuitOpen?.nextProbeAt !== undefined) await turn();
    answer.resolve();
    isDown = false;
    await all.promise;
    expect(subscription.health()).to.deep.include({ ok: true, circuitOpen: undefined });
    await subscription.drain();
    spans.takeAll();
  });

  it('lets a message wait whose backoff ends while it is open, and does not use up its attempt', async () => {
    await using broker = await EmbeddedKafka.start({ topics: { orders: 1 } });
    const begun: string[] = [];
    const beside: string[] = [];
    let isDown = true;
    const subscription = await subscribeTo(new Kafka({ brokers: broker.brokers, logLevel: logLevel.NOTHING }), {
      groupId: 'packing',
      topics: ['orders'],
      fromBeginning: true,
      concurrency: { keys: 2 },
      retry: { attempts: 2, backoff: { initial: 100, jitter: 0 } },
      retryTopics: { delays: ['1h'] },
      classify: (error) => (String(error).includes('exhausts') ? 'retry-later' : 'retry'),
      circuitBreaker: { window: 4, backoff: { ...backoff, initial: 400, max: 400 } },
      consumer: { maxWaitTimeInMs: 20 },
      handler: ({ value }, { attempt }) => {
        const name = `${String(value)} ${attempt}`;
        begun.push(name);
        if (subscription.health().circuitOpen?.nextProbeAt !== undefined) beside.push(name);
        if (isDown) throw new Error(String(value));
      },
    });
    const closed = new Promise((resolve) => subscription.on('circuit-closed', resolve));
    subscription.on('circuit-open', () => (isDown = false));
    broker.topic('orders').append(
      0,
      ['waits', 'exhausts'].map((value) => ({ key: value, value })),
    );
    await closed;
    await subscription.drain();
    expect(beside).to.deep.equal([]);
    expect(begun.slice(0, 3)).to.deep.equal(['waits 1', 'exhausts 1', 'waits 2']);
    spans.takeAll();
  });

  it('stays closed for messages that fail by themselves', async () => {
    const topic = await kafka.createTopic();
    await produce(
      kafka,
      topic,
      Array.from({ length: 20 }, () => ({ value: 'x' })),
    );
    const all = Promise.withResolvers<void>();
    let dead = 0;
    const subscription = await subscribe(topic, (_, { deadLetter }) => deadLetter('unknown sku'), {
      circuitBreaker: { window: 2, backoff },
    });
    subscription.on('circuit-open', () => all.reject(new Error('the circuit opened')));
    subscription.on('dead-letter', () => ++dead === 20 && all.resolve());
    await all.promise;
    await subscription.drain();
    spans.takeAll();
  });

  it('sends messages to the dead-letter topic once maxProbes are spent', async () => {
    const { dead, changes, subscription, all } = await flooded({ window: 4, maxProbes: 2 }, () => true);
    await all;
    expect(dead).to.have.length(20);
    expect(changes).to.deep.equal(['open']);
    await subscription.drain();
    spans.takeAll();
  });

  it('probes another partition than the last time when one waits', async () => {
    const turns: string[] = [];
    let next = Promise.withResolvers<void>();
    const circuit = new CircuitBreaker(
      { failureRate: 1, window: 1, backoff: { ...backoff, initial: 1, max: 1 }, maxProbes: 10 },
      (state) => {
        turns.push(state);
        next.resolve();
        next = Promise.withResolvers();
      },
    );
    const place = (partition: number): { topic: string; partition: number; offset: string } => ({ topic: 't', partition, offset: '0' });
    const admitted = (partition: number): boolean => {
      const admits = circuit.admits(place(partition));
      if (admits) circuit.begin(place(partition));
      else circuit.wait(place(partition));
      return admits;
    };
    expect(admitted(0)).to.equal(true);
    expect(circuit.holds(place(0))).to.equal(true);
    circuit.recordFailure(place(0), new Error('down'));
    expect(admitted(0)).to.equal(false);
    await next.promise;
    expect(admitted(0)).to.equal(true);
    expect(admitted(1)).to.equal(false);
    expect(circuit.holds(place(0))).to.equal(true);
    circuit.recordFailure(place(0), new Error('still down'));
    await next.promise;
    expect(admitted(0)).to.equal(false);
    expect(admitted(1)).to.equal(true);
    circuit.recordOther(place(1));
    // The other one may be blocked: then this one is probed again.
    expect(circuit.admits(place(0))).to.equal(true);
    expect(admitted(1)).to.equal(true);
    circuit.recordSuccess(place(1));
    expect(circuit.state).to.equal(undefined);
    expect(turns).to.deep.equal(['open', 'probing', 'probing', 'probing', 'closed']);
    circuit.shut();
  });

  it('probes again when the partitions are reassigned while a probe is in flight', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    let probes = 0;
    const circuit = new CircuitBreaker(
      { failureRate: 1, window: 1, backoff: { ...backoff, initial: 1, max: 1 }, maxProbes: 10 },
      (state) => {
        if (state !== 'probing') return;
        if (++probes === 2) return resolve();
        circuit.begin({ topic: 't', partition: 0, offset: '0' });
        // The other partition still waits, and the outcome of the probe never arrives.
        circuit.reassigned();
      },
    );
    circuit.recordFailure({ topic: 't', partition: 0, offset: '0' }, new Error('down'));
    await promise;
    expect(circuit.admits({ topic: 't', partition: 1 })).to.equal(true);
    circuit.shut();
  });
});
