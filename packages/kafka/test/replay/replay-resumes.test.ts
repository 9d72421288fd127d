import { expect } from 'chai';
import type { Admin } from 'kafkajs';
import type { ReplayOptions } from '../../src/replay/replay-options.ts';
import type { ReplayReport } from '../../src/replay/replay-report.ts';
import { DeliveryHeader } from '../../src/subscribe/headers/delivery-headers.ts';
import { produce } from '../support/broker/consume.ts';
import { useKafka } from '../support/broker/kafka.ts';
import { replayOn } from '../support/broker/replaying.ts';
import { useTopics } from '../support/broker/topics.ts';

describe('a replay of a topic that changes, or that is interrupted', () => {
  const kafka = useKafka();
  const topics = useTopics(kafka);
  let admin: Admin;
  let [topic, from] = ['', ''];
  beforeEach(async () => {
    admin = kafka.client().admin();
    await admin.connect();
    topic = await kafka.createTopic();
    from = await kafka.createTopic(2);
  });
  afterEach(() => admin.disconnect());

  const again = (options?: Partial<ReplayOptions>): Promise<ReplayReport> => replayOn(kafka.brokers(), { from, ...options });
  const failureOf = (work: Promise<unknown>): Promise<unknown> =>
    work.then(
      () => new Error('it did not fail'),
      (error: unknown) => error,
    );
  /** Numbered records, whose keys and values are no text, in both partitions. */
  const fill = (first: number, end: number): Promise<void> =>
    produce(
      kafka,
      from,
      Array.from({ length: end - first }, (_, index) => ({
        partition: index % 2,
        key: Buffer.from([0xff, index % 7]),
        value: Buffer.from([0xff, (first + index) & 0xff, (first + index) >> 8]),
        headers: { [DeliveryHeader.ORIGINAL_TOPIC]: topic, binary: Buffer.from([0xff, 0x00]) },
      })),
    );
  /** The number of sent records, and of different ones. */
  async function sent(count: number): Promise<readonly [all: number, different: number]> {
    const values = (await kafka.read(topic, count)).map(({ value }) => value?.toString('hex'));
    const [offsets] = await admin.fetchTopicOffsets(topic);
    return [Number(offsets?.high), new Set(values).size];
  }

  it('sends ten thousand binary records, each once', async function () {
    this.timeout(180_000);
    await fill(0, 10_000);
    expect(await again()).to.include({ replayed: 10_000, ended: 'at the end' });
    expect(await sent(10_000)).to.deep.equal([10_000, 10_000]);
  });

  it('loses and repeats nothing when it is aborted again and again', async () => {
    await fill(0, 60);
    let runs = 0;
    for (let report: ReplayReport | undefined; report?.ended !== 'at the end'; runs++) {
      const control = new AbortController();
      let count = 0;
      report = await again({ signal: control.signal, onRecord: () => ++count === 7 && control.abort() });
    }
    expect(runs).to.equal(9);
    expect(await sent(60)).to.deep.equal([60, 60]);
  });

  it('counts a group that was moved by hand behind an open transaction as one that has done all records below', async () => {
    const groupId = kafka.groupId();
    await fill(0, 10);
    const transactional = { transactionalId: groupId, maxInFlightRequests: 1, retry: { retries: 5 } };
    const transaction = await (await kafka.producer(transactional)).transaction();
    try {
      await transaction.send({ topic: from, messages: [{ partition: 0, value: 'open' }] });
      await admin.fetchTopicOffsets(from);
      await admin.setOffsets({ groupId, topic: from, partitions: [{ partition: 0, offset: '6' }] });
      expect(await again({ groupId })).to.include({ replayed: 5, ended: 'at the end' });
    } finally {
      await transaction.abort();
    }
    expect((await kafka.read(topic, 5)).every(({ value }) => (value?.[1] ?? 0) % 2 === 1)).to.equal(true);
  });

  it('ends at once when the topic is empty', async () => {
    expect(await again()).to.include({ replayed: 0, ended: 'at the end', unroutable: 0, failed: 0 });
  });

  it('reports the deletion when the topic is deleted in the middle', async () => {
    await fill(0, 200);
    let count = 0;
    const onRecord = (): void => {
      if (++count === 5) void admin.deleteTopics({ topics: [from] });
    };
    expect(await failureOf(again({ rate: 50, onRecord }))).to.have.property('code', 'topic_missing');
  });

  for (const records of [3, 300])
    it(`reports the new topic when the topic is created again in the middle, with ${records} records`, async () => {
      await fill(0, 200);
      let recreated: Promise<void> | undefined;
      const onRecord = (): void => {
        recreated ??= topics.recreate(from, 2).then(() => fill(1_000, 1_000 + records));
      };
      const failure = await failureOf(again({ rate: 50, onRecord }));
      await recreated;
      // A check in between finds no topic.
      expect(failure).to.have.property('code').that.is.oneOf(['topic_recreated', 'topic_missing']);
      // A new group reads everything, whatever was committed meanwhile.
      expect(await again({ groupId: kafka.groupId(), dryRun: true })).to.include({ replayed: records });
    });

  it('starts at the beginning when the topic was created again with fewer records than its group had committed', async () => {
    await fill(0, 20);
    expect(await again()).to.include({ replayed: 20 });
    await topics.recreate(from, 2);
    await fill(20, 26);
    expect(await again()).to.include({ replayed: 6 });
    expect(await sent(26)).to.deep.equal([26, 26]);
  });

  it('does not wait for records that retention deletes before they are read', async () => {
    await fill(0, 20);
    await admin.fetchTopicOffsets(from);
    const all = [0, 1].map((partition) => ({ partition, offset: '-1' }));
    const report = await again({
      groupId: kafka.groupId(),
      filter: async () => {
        await admin.deleteTopicRecords({ topic: from, partitions: all });
        return true;
      },
    });
    expect(report).to.include({ ended: 'at the end' });
    expect(report.replayed).to.be.within(1, 20);
  });
});
