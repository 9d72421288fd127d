import { once } from 'node:events';
import { EmbeddedKafka } from '@tracelink/embedded-kafka';
import { expect } from 'chai';
import { Kafka, logLevel } from 'kafkajs';
import type { SubscribeOptions } from '../../src/subscribe/subscribe-options.ts';
import { subscribe } from '../../src/subscribe/subscribe.ts';
import type { Subscription } from '../../src/subscribe/subscription.ts';
import { Collector } from '../support/collector.ts';

const [topic, groupId] = ['orders', 'packing'];

describe('a member that gets a partition back in which another member settled the record that blocked it', () => {
  let kafka: EmbeddedKafka;
  let open: Subscription[];
  beforeEach('start a broker', async () => {
    kafka = await EmbeddedKafka.start({ topics: { [topic]: 2 } });
    open = [];
  });
  afterEach('end all', async () => {
    await Promise.all(open.map((subscription) => subscription.drain({ grace: 0, timeout: 0 })));
    await kafka.stop();
  });

  async function started(
    clientId: string,
    handler: SubscribeOptions['handler'],
    options: Partial<SubscribeOptions> = {},
  ): Promise<Subscription> {
    const client = new Kafka({ clientId, brokers: kafka.brokers, logLevel: logLevel.NOTHING, retry: { initialRetryTime: 20 } });
    const subscription = await subscribe(client, {
      groupId,
      topics: [topic],
      fromBeginning: true,
      retry: { attempts: 1, backoff: { initial: 20, jitter: 0, max: 20 } },
      consumer: { maxWaitTimeInMs: 20, heartbeatInterval: 20 },
      handler,
      ...options,
    });
    open.push(subscription);
    return subscription;
  }
  const until = async (holds: () => boolean): Promise<void> => {
    while (!holds()) await once(AbortSignal.timeout(10), 'abort');
  };

  /** The group expels its only member, which is back when another one has handled everything up to `value`, and left. */
  async function handleElsewhere(value: string): Promise<void> {
    const [first] = kafka.group(groupId).describe().members;
    const comesBack = Promise.withResolvers<void>();
    kafka.fault({ api: 'JoinGroup', clientId: 'first' }, { hold: comesBack.promise });
    kafka.group(groupId).expireMember(first?.memberId ?? '');
    const got = new Collector();
    const second = await started('second', (message) => got.add(String(message.value)));
    await got.all(value);
    await second.drain();
    const joined = kafka.waitForRequest('SyncGroup');
    comesBack.resolve();
    await joined;
  }

  it('continues behind the record, and is ok in health', async () => {
    const got = new Collector();
    const subscription = await started(
      'first',
      ({ value }) => {
        if (String(value) === 'poison') throw new Error('no');
        got.add(String(value));
      },
      { deadLetter: false },
    );
    kafka.topic(topic).append(0, [{ value: 'poison' }, { value: 'next' }]);
    await until(() => subscription.health().blocked.length > 0);
    await handleElsewhere('next');
    kafka.topic(topic).append(0, [{ value: 'last' }]);
    await got.all('last');
    await until(() => subscription.health().ok);
    expect(got.values).to.deep.equal(['last']);
  });

  it('is ok in health though a write for the record had not succeeded, and stays paused when the user paused it', async () => {
    const got = new Collector();
    const subscription = await started('first', ({ value }) => {
      if (String(value) === 'poison') throw new Error('no');
      got.add(String(value));
    });
    const fault = kafka.fault({ api: 'Produce', clientId: 'first', times: Infinity }, { error: 'TOPIC_AUTHORIZATION_FAILED' });
    kafka.topic(topic).append(0, [{ value: 'poison' }]);
    await until(() => subscription.health().blocked.length > 0);
    // The partition is fetched, to repeat the write, and then waits for the end of the pause.
    const fetched = new Collector<readonly number[]>();
    subscription.pause();
    kafka.on('Fetch', async (request, next) => {
      const partitions = request.body.topics.flatMap((named) => named.partitions.map(({ partition }) => partition));
      fetched.add(partitions);
      return next();
    });
    await fetched.until((all) => all.some((partitions, index) => partitions.includes(0) && all[index + 1]?.includes(0) === false));
    await handleElsewhere('poison');
    await until(() => subscription.health().ok);
    expect(subscription.health()).to.deep.include({ state: 'paused', blocked: [] });
    kafka.topic(topic).append(0, [{ value: 'last' }]);
    subscription.resume();
    await got.all('last');
    expect(fault.hits).to.be.greaterThan(0);
  });
});
