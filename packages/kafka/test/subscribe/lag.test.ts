import { EmbeddedKafka } from '@tracelink/embedded-kafka';
import { expect } from 'chai';
import { Kafka, logLevel } from 'kafkajs';
import type { AdminPort } from '../../src/client/port/admin.ts';
import { passThrough } from '../../src/client/port/delegate.ts';
import { clientsOf } from '../../src/client/client-maker.ts';
import { lagOf } from '../../src/subscribe/lag.ts';

const [topic, groupId] = ['orders', 'packing'];

describe('the lag of a group', () => {
  let kafka: EmbeddedKafka;
  let client: Kafka;
  let admin: AdminPort;
  /** The group's commit, as a coordinator would answer it. */
  let offset: string;
  beforeEach('start a broker with a topic of five records', async () => {
    kafka = await EmbeddedKafka.start({ topics: { [topic]: 1 } });
    client = new Kafka({ brokers: kafka.brokers, logLevel: logLevel.NOTHING });
    admin = clientsOf('subscribe', client).admin();
    await admin.connect();
    kafka.topic(topic).append(
      0,
      ['a', 'b', 'c', 'd', 'e'].map((value) => ({ value })),
    );
  });
  afterEach('end all', async () => {
    await admin.disconnect();
    await kafka.stop();
  });
  async function lag(changes: Partial<AdminPort> = {}): Promise<bigint | undefined> {
    const fetchOffsets = async () => [{ topic, partitions: [{ partition: 0, offset, metadata: null }] }];
    const [first] = await lagOf(passThrough(admin, { fetchOffsets, ...changes }), groupId, [topic]);
    return first?.lag;
  }

  it('counts from its commit, or from the beginning without one', async () => {
    offset = '-1';
    expect(await lag()).to.equal(5n);
    offset = '2';
    expect(await lag()).to.equal(3n);
    offset = '5';
    expect(await lag()).to.equal(0n);
  });

  it('counts from the beginning when the commit is of the topic before it was created again', async () => {
    offset = '9';
    expect(await lag()).to.equal(5n);
  });

  it('is none when the commit is behind the records of a transaction that is open', async () => {
    const producer = client.producer({ transactionalId: 'open', maxInFlightRequests: 1, allowAutoTopicCreation: false });
    await producer.connect();
    const transaction = await producer.transaction();
    await transaction.send({ topic, messages: [{ value: 'f' }, { value: 'g' }] });
    for (const commit of ['6', '7']) {
      offset = commit;
      expect(await lag()).to.equal(0n);
    }
    offset = '8';
    expect(await lag()).to.equal(5n);
    await transaction.abort();
    await producer.disconnect();
  });

  it('is what it was when it was asked for, though the group goes on meanwhile', async () => {
    offset = '5';
    const fetchTopicOffsets: AdminPort['fetchTopicOffsets'] = async (name) => {
      const ends = await admin.fetchTopicOffsets(name);
      offset = '6';
      return ends;
    };
    expect(await lag({ fetchTopicOffsets })).to.equal(0n);
  });
});
