import { EmbeddedKafka } from '@tracelink/embedded-kafka';
import { expect } from 'chai';
import { Kafka, logLevel, type Consumer, type IHeaders } from 'kafkajs';
import type { ReplayOptions } from '../../src/replay/replay-options.ts';
import type { ReplayReport } from '../../src/replay/replay-report.ts';
import { isForAnotherGroup, REPLAY_GROUP_HEADER } from '../../src/sender/record-headers.ts';
import { DeliveryHeader } from '../../src/subscribe/headers/delivery-headers.ts';
import { produce } from '../support/broker/consume.ts';
import { deadLetterRecord } from '../support/records/dead-letter-record.ts';
import { useKafka } from '../support/broker/kafka.ts';
import { replayOn } from '../support/broker/replaying.ts';

describe('the group that a replayed record is for', () => {
  const kafka = useKafka();
  const again = (options: ReplayOptions): Promise<ReplayReport> => replayOn(kafka.brokers(), options);

  /** A group that has committed in `topic`. */
  async function groupOf(topic: string): Promise<string> {
    const groupId = kafka.groupId();
    const member = await kafka.consumer({ groupId, maxWaitTimeInMs: 50 });
    await member.subscribe({ topic });
    await member.run({ eachMessage: async () => {} });
    await member.commitOffsets([{ topic, partition: 0, offset: '0' }]);
    await member.disconnect();
    return groupId;
  }
  async function headersIn(topic: string): Promise<IHeaders | undefined> {
    return (await kafka.read(topic, 1))[0]?.headers;
  }

  it('is the group that failed by default, and none when the options ask for all groups', async () => {
    const [topic, other, from] = [await kafka.createTopic(), await kafka.createTopic(), await kafka.createTopic()];
    const group = await groupOf(topic);
    await produce(kafka, from, [deadLetterRecord(topic, { [DeliveryHeader.GROUP]: group, [REPLAY_GROUP_HEADER]: `${other} old` })]);
    const report = await again({ from });
    expect([report.replayed, report.notes]).to.deep.equal([1, []]);
    const headers = await headersIn(topic);
    expect(String(headers?.[REPLAY_GROUP_HEADER])).to.equal(`${topic} ${group}`);
    expect([group, 'another'].map((id) => isForAnotherGroup(headers, topic, id))).to.deep.equal([false, true]);
    expect(await again({ from, to: other, groupOnly: false, groupId: kafka.groupId() })).to.deep.include({ replayed: 1, notes: [] });
    expect(String((await headersIn(other))?.[REPLAY_GROUP_HEADER])).to.equal(`${other} `);
  });

  it('is every group when no header names one, or the named group does not read the topic, which the report says once', async () => {
    const [topic, to, from] = [await kafka.createTopic(), await kafka.createTopic(), await kafka.createTopic()];
    const group = await groupOf(topic);
    await produce(kafka, from, [
      deadLetterRecord(topic, { [DeliveryHeader.GROUP]: group }),
      deadLetterRecord(topic, { [DeliveryHeader.GROUP]: group }),
      deadLetterRecord(topic),
      deadLetterRecord(topic, { [DeliveryHeader.GROUP]: Buffer.from([0xff]) }),
    ]);
    for (const dryRun of [true, false])
      expect((await again({ from, to, dryRun })).notes).to.deep.equal([
        `The group "${group}" does not read "${to}": every group of that topic handles the records it failed at`,
        `Records without a consumer group in their headers: every group of "${to}" handles them`,
      ]);
    for (const { headers } of await kafka.read(to, 4)) {
      expect(String(headers?.[REPLAY_GROUP_HEADER])).to.equal(`${to} `);
      expect(isForAnotherGroup(headers, to, group)).to.equal(false);
    }
  });

  it('may be a group that has members and has not committed yet', async () => {
    const [topic, from, group] = [await kafka.createTopic(), await kafka.createTopic(), kafka.groupId()];
    await running(await kafka.consumer({ groupId: group }), topic);
    await produce(kafka, from, [deadLetterRecord(topic, { [DeliveryHeader.GROUP]: group })]);
    expect((await again({ from })).notes).to.deep.equal([]);
    expect(String((await headersIn(topic))?.[REPLAY_GROUP_HEADER])).to.equal(`${topic} ${group}`);
  });

  for (const hasCommitted of [false, true])
    it(`is every group when the members of the named group read another topic, ${hasCommitted ? 'and it has' : 'without'} a commit of this one`, async () => {
      const [topic, to, from] = [await kafka.createTopic(), await kafka.createTopic(), await kafka.createTopic()];
      const group = hasCommitted ? await groupOf(to) : kafka.groupId();
      await running(await kafka.consumer({ groupId: group }), topic);
      await produce(kafka, from, [deadLetterRecord(topic, { [DeliveryHeader.GROUP]: group })]);
      expect((await again({ from, to })).notes).to.deep.equal([
        `The group "${group}" does not read "${to}": every group of that topic handles the records it failed at`,
      ]);
      expect(String((await headersIn(to))?.[REPLAY_GROUP_HEADER])).to.equal(`${to} `);
    });
});

describe('the group that a replayed record is for, while its group rebalances', () => {
  let broker: EmbeddedKafka;
  let member: Consumer;
  beforeEach('start a group', async () => {
    broker = await EmbeddedKafka.start({ topics: { orders: 1, other: 1, dead: 1 } });
    const headers = { [DeliveryHeader.ORIGINAL_TOPIC]: 'orders', [DeliveryHeader.GROUP]: 'packing' };
    broker.topic('dead').append(0, [{ key: 'k', value: 'v', headers }]);
    // It learns of the rebalance late.
    const sessions = { sessionTimeout: 60_000, heartbeatInterval: 20_000 };
    member = new Kafka({ brokers: broker.brokers, logLevel: logLevel.NOTHING }).consumer({ groupId: 'packing', ...sessions });
    await member.connect();
    await running(member, 'orders');
  });
  afterEach(async () => {
    await broker.stop();
    await member.disconnect();
  });

  for (const [what, commits, to, groupId] of [
    ['the topic', ['orders'], 'orders', 'packing'],
    ['another topic', ['orders'], 'other', undefined],
    ['nothing', [], 'other', 'packing'],
  ] as const)
    it(`is ${groupId === undefined ? 'every group' : 'that group'} when it has committed ${what}`, async () => {
      await member.commitOffsets(commits.map((topic) => ({ topic, partition: 0, offset: '0' })));
      broker.group('packing').triggerRebalance();
      expect((await replayOn(broker.brokers, { from: 'dead', to })).records[0]?.to).to.include({ topic: to, groupId });
      expect(broker.group('packing').state()).to.equal('PreparingRebalance');
    });
});

/** Resolves once the consumer has its partitions of the topic. */
async function running(member: Consumer, topic: string): Promise<void> {
  const joined = Promise.withResolvers<void>();
  member.on(member.events.GROUP_JOIN, () => joined.resolve());
  await member.subscribe({ topic });
  await member.run({ autoCommit: false, eachMessage: async () => {} });
  await joined.promise;
}

describe('a replay on a mirrored cluster', () => {
  const kafka = useKafka();
  const again = (options: ReplayOptions): Promise<ReplayReport> => replayOn(kafka.brokers(), options);

  it('names the mirrored topic when the original topic is missing, and when it exists', async () => {
    const prefix = await kafka.createTopic();
    const [origin, here] = ['orders', 'shipments'].map((name) => `${name}-${kafka.groupId()}`);
    const from = `${prefix}.${origin}.${here}.dead-letter`;
    for (const topic of [from, `${prefix}.${origin}`, here ?? '']) await kafka.createTopic(1, { topic });
    await produce(kafka, from, [deadLetterRecord(origin ?? ''), deadLetterRecord(here ?? '')]);
    for (const dryRun of [true, false]) {
      const report = await again({ from, dryRun });
      expect(report).to.include({ replayed: 1, unroutable: 1 });
      expect(report.problems[0]?.reason).to.equal(
        `the topic that it came from, "${origin}", does not exist, or this client may not see it. Did you mean --to ${prefix}.${origin}?`,
      );
    }
    const shipments = `${prefix}.${here}.g.dead-letter`;
    for (const topic of [shipments, `${prefix}.${here}`]) await kafka.createTopic(1, { topic });
    await produce(kafka, shipments, [deadLetterRecord(here ?? '')]);
    expect((await again({ from: shipments })).notes).to.include(
      `"${shipments}" looks mirrored, and its records go to "${here}". To send them to the mirrored topic: --to ${prefix}.${here}`,
    );
  });
});
