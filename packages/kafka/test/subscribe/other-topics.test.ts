import { EmbeddedKafka } from '@tracelink/embedded-kafka';
import { expect } from 'chai';
import { Kafka, logLevel, PartitionAssigners } from 'kafkajs';
import { subscribe, type SubscribeOptions, type Subscription, type SubscriptionLog } from '../../src/subscribe/index.ts';
import { Collector } from '../support/collector.ts';
import { useTracing } from '../support/telemetry/tracing.ts';

// Kafka's codes of TOPIC_AUTHORIZATION_FAILED and UNKNOWN_TOPIC_OR_PARTITION.
const [denied, unknown] = [29, 3];

const unread = 'Members of the group read different topics: these have partitions that no member reads';

describe('a group whose members subscribe to different topics', () => {
  afterEach('forget the spans', () => void spans.takeAll());
  const { spans } = useTracing();

  let broker: EmbeddedKafka;
  const open: Subscription[] = [];
  beforeEach('start a broker', async () => {
    broker = await EmbeddedKafka.start({ topics: { orders: 2, returns: 2 } });
  });
  afterEach('end all', async () => {
    await Promise.all(open.splice(0).map((subscription) => subscription.drain()));
    await broker.stop();
  });

  async function start(clientId: string, topics: readonly string[], options: Partial<SubscribeOptions> = {}): Promise<void> {
    const kafka = new Kafka({ clientId, brokers: broker.brokers, logLevel: logLevel.NOTHING, retry: { initialRetryTime: 20 } });
    const consumer = { heartbeatInterval: 50, maxWaitTimeInMs: 20, ...options.consumer };
    const subscription = await subscribe(kafka, { groupId: 'packing', topics, deadLetter: false, handler: () => {}, ...options, consumer });
    open.push(subscription);
  }

  /** The lines of a subscription's `log`. */
  function lines(): { readonly warned: Collector<unknown>; readonly log: SubscriptionLog } {
    const warned = new Collector<unknown>();
    return { warned, log: { info: () => {}, warn: (fields, text) => warned.add([text, fields]) } };
  }

  /** What the first member is told of the topic `returns` when it asks for it alone: so often something else. */
  function answerAboutReturns(instead: object, times: number): Collector<boolean> {
    const isOther = new Collector<boolean>();
    broker.on('Metadata', async ({ clientId, body: { topics: asked } }, next) => {
      const answer = await next();
      if (clientId !== 'first' || asked?.length !== 1 || asked[0]?.name !== 'returns' || answer === undefined) return answer;
      isOther.add(isOther.values.length < times);
      return isOther.values.at(-1) ? { ...answer, topics: answer.topics.map((topic) => ({ ...topic, ...instead })) } : answer;
    });
    return isOther;
  }

  it('logs which topics are assigned to a member that does not read them, by a leader with kafkajs’ own assignor', async () => {
    await start('first', ['orders'], { consumer: { partitionAssigners: [PartitionAssigners.roundRobin] } });
    const { warned, log } = lines();
    await start('second', ['returns'], { log });
    await warned.until((all) => all.length > 0);
    expect(warned.values).to.deep.equal([[unread, { topics: ['orders'] }]]);
  });

  it('shares the topic that all read when its leader may not describe the other one, and logs that', async () => {
    answerAboutReturns({ errorCode: denied }, Infinity);
    const { warned, log } = lines();
    const got = new Collector();
    await start('first', ['orders'], { log, handler: ({ value }) => got.add(`first: ${String(value)}`) });
    await start('second', ['orders', 'returns'], { handler: ({ value }) => got.add(`second: ${String(value)}`) });
    for (const partition of [0, 1]) broker.topic('orders').append(partition, [{ value: 'v' }]);
    await got.all('first: v', 'second: v');
    expect(warned.values).to.deep.equal([[unread, { topics: ['returns'] }]]);
  });

  it('gives the topic to its readers when the coordinator knows it some time later than they do', async () => {
    const answered = answerAboutReturns({ errorCode: unknown, partitions: [] }, 2);
    const got = new Collector();
    await start('first', ['orders']);
    await start('second', ['orders', 'returns'], { fromBeginning: true, handler: ({ value }) => got.add(String(value)) });
    for (const partition of [0, 1]) broker.topic('returns').append(partition, [{ value: String(partition) }]);
    await got.all('0', '1');
    expect(answered.values).to.deep.equal([true, true, false]);
  });

  it('goes on when a topic that its leader does not read is deleted', async () => {
    const got = new Collector();
    await start('first', ['orders'], {
      consumer: { metadataMaxAge: 50 },
      handler: ({ value }) => got.add(String(value)),
    });
    await start('second', ['returns']);
    await open.pop()?.drain();
    const admin = new Kafka({ brokers: broker.brokers, logLevel: logLevel.NOTHING }).admin();
    await admin.deleteTopics({ topics: ['returns'] });
    await admin.disconnect();
    // Of its consumer, which asks for what it reads.
    await broker.waitForRequest('Metadata', ({ clientId, body }) => clientId === 'first' && body.topics !== null);
    for (const partition of [0, 1]) broker.topic('orders').append(partition, [{ value: String(partition) }]);
    await got.all('0', '1');
  });
});
