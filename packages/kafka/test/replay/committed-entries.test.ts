import { EmbeddedKafka } from '@tracelink/embedded-kafka';
import { expect } from 'chai';
import { Kafka, logLevel, type Admin } from 'kafkajs';
import { entriesOf, everything } from '../../src/replay/progress/committed-entries.ts';
import { encodeEntry } from '../../src/replay/progress/progress-entry.ts';
import { DeliveryHeader } from '../../src/subscribe/headers/delivery-headers.ts';
import { replayOn } from '../support/broker/replaying.ts';

const partitions = [0, 1, 2] as const;

describe('the entries of many groups of replays', () => {
  let broker: EmbeddedKafka;
  let kafka: Kafka;
  let admin: Admin;
  /** Requests for the offsets of a time. */
  let asked: number;
  beforeEach('start a broker', async () => {
    broker = await EmbeddedKafka.start({ topics: { orders: 1, dead: partitions.length } });
    kafka = new Kafka({ brokers: broker.brokers, logLevel: logLevel.NOTHING });
    admin = kafka.admin();
    await admin.connect();
  });
  afterEach('stop the broker', async () => {
    await admin.disconnect();
    await broker.stop();
  });

  /** Appends two records, a second apart. @param begin milliseconds since the epoch */
  function fill(partition: number, begin: number): void {
    const headers = { [DeliveryHeader.ORIGINAL_TOPIC]: 'orders' };
    for (const timestamp of [begin, begin + 1_000]) broker.topic('dead').append(partition, [{ value: 'v', headers, timestamp }]);
  }
  const fillAll = (begin: number): void => partitions.forEach((partition) => fill(partition, begin + 10 * partition));

  /** Replays with a filter of its own. @returns the groups of all */
  async function replayed(error: string): Promise<readonly string[]> {
    await replayOn(broker.brokers, { from: 'dead', filter: { error } });
    return (await admin.listGroups()).groups.map(({ groupId }) => groupId);
  }
  async function fourReplayed(): Promise<readonly string[]> {
    for (const error of ['a', 'b', 'c']) await replayed(error);
    return replayed('d');
  }

  /** Commits by a member. @param metadata by partition */
  async function committed(groupId: string, metadata: readonly string[]): Promise<void> {
    const member = kafka.consumer({ groupId, maxWaitTimeInMs: 50 });
    const joined = Promise.withResolvers<void>();
    member.on(member.events.GROUP_JOIN, () => joined.resolve());
    await member.connect();
    await member.subscribe({ topic: 'dead' });
    await member.run({ autoCommit: false, eachMessage: async () => {} });
    await joined.promise;
    await member.commitOffsets(metadata.map((text, partition) => ({ topic: 'dead', partition, offset: '2', metadata: text })));
    await member.disconnect();
  }

  /** In how many partitions each group has come how far. */
  async function found(groups: readonly string[]): Promise<readonly number[]> {
    const ends = await admin.fetchTopicOffsets('dead');
    asked = 0;
    const stop = broker.on('ListOffsets', ({ body }, next) => {
      if (body.topics.some((topic) => topic.partitions.some(({ timestamp }) => timestamp >= 0n))) asked++;
      return next();
    });
    const asGroups = groups.map((id) => ({ id, plain: everything }));
    const entries = await entriesOf(admin, 'dead', ends, asGroups);
    stop();
    return entries.map(({ size }) => size);
  }

  it('are told of the log that is there by one request', async () => {
    fillAll(Date.now() - 60_000);
    expect(await found(await fourReplayed())).to.deep.equal([3, 3, 3, 3]);
    expect(asked).to.equal(1);
  });

  it('are none, by two requests, when they are of an earlier log', async () => {
    const begin = Date.now();
    fillAll(begin);
    const groups = ['a', 'b', 'c', 'd'];
    for (const [index, groupId] of groups.entries()) {
      const earlier = partitions.map((partition) => begin - 60_000 + 1_000 * index + partition);
      const entries = earlier.map((latest) => encodeEntry({ position: 2n, unsent: [], latest }, everything));
      await committed(groupId, entries);
    }
    expect(await found(groups)).to.deep.equal([0, 0, 0, 0]);
    expect(asked).to.equal(2);
  });

  it('stay when a partition begins later than another one ended for an earlier group', async () => {
    const begin = Date.now() - 60_000;
    fill(0, begin);
    const [first = ''] = await replayed('a');
    fill(1, begin + 30_000);
    const [second = ''] = (await replayed('b')).filter((id) => id !== first);
    expect(await found([first, second])).to.deep.equal([1, 2]);
    expect(asked).to.equal(2);
  });
});
