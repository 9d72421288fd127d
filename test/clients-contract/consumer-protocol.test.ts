import { expect } from 'chai';
import { Partitioners } from 'kafkajs';
import { describeConsumerProtocol, quickGroup } from '../contract/support/consumer-protocol.ts';
import { RawConsumer } from '../contract/support/raw-consumer.ts';
import { until } from '../contract/support/until.ts';
import { useKafka } from '../contract/support/use-kafka.ts';
import { skipped } from '../clients/support/skipped.ts';
import { confluent } from './consumer-protocol/confluent.ts';
import { type ConsumerProtocolClient, type GroupMember, GroupOfMembers, type Membership } from './consumer-protocol/group-member.ts';
import { platformatic } from './consumer-protocol/platformatic.ts';

for (const client of [confluent, platformatic]) {
  const { name } = client;
  if (isInstalled(client)) describeConsumerProtocol(`${name} in a group of the consumer protocol`, () => suite(client));
}

function isInstalled(client: ConsumerProtocolClient): boolean {
  try {
    client.check();
    return true;
  } catch (error) {
    skipped(client.name, error);
    return false;
  }
}

function suite(client: ConsumerProtocolClient): void {
  const kafka = useKafka();

  async function membership(configs: Parameters<typeof quickGroup>[1] = {}): Promise<Membership> {
    return { brokers: [kafka.broker()], groupId: await quickGroup(kafka, configs), topic: await kafka.createTopic({ partitions: 4 }) };
  }

  /** Sends a record to each of the partitions, with the text and the number of its partition. */
  async function send(topic: string, text: string, partitions: readonly number[]): Promise<void> {
    const producer = await kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
    await producer.send({ topic, messages: partitions.map((partition) => ({ partition, value: `${text}${partition}` })) });
  }

  it('shares the partitions with a second member, and has them all again when that leaves', async () => {
    const where = await membership();
    const group = new GroupOfMembers();
    await using one = group.member();
    await client.join(one, where);
    await group.until(() => one.partitions.length === 4);
    const two = group.member();
    await client.join(two, where);
    await group.until(() => one.partitions.length === 2 && two.partitions.length === 2);
    await send(where.topic, 'shared', [0, 1, 2, 3]);
    const sharedOf = (member: GroupMember): string[] => member.partitions.map((partition) => `shared${partition}`);
    await group.until(() => one.has(...sharedOf(one)) && two.has(...sharedOf(two)));
    await two[Symbol.asyncDispose]();
    await group.until(() => one.partitions.length === 4);
    await send(where.topic, 'again', [0, 1, 2, 3]);
    await group.until(() => one.has('again0', 'again1', 'again2', 'again3'));
  });

  it('goes on where it committed', async () => {
    const where = await membership();
    const group = new GroupOfMembers();
    await send(where.topic, 'first', [0, 1]);
    const before = group.member();
    const joined = await client.join(before, where);
    await group.until(() => before.has('first0', 'first1'));
    await joined.commit(0, '1');
    await until(async () => (await committed(where)) === '1');
    await before[Symbol.asyncDispose]();
    await send(where.topic, 'second', [0, 1]);
    await using after = group.member();
    await client.join(after, where);
    await group.until(() => after.has('second0', 'first1', 'second1'));
    expect(after.received).to.not.include('first0');
  });

  it('gets the partitions of a member whose session ends', async () => {
    const where = await membership({ 'consumer.session.timeout.ms': '2000' });
    const group = new GroupOfMembers();
    const ghost = new RawConsumer(kafka.broker(), where.groupId);
    await ghost.join([where.topic]);
    await using one = group.member();
    await client.join(one, where);
    await group.until(() => one.partitions.length === 4);
    expect(await ghost.heartbeat()).to.include({ error: 'UNKNOWN_MEMBER_ID' });
  });

  if (client.followsChangedTopics) {
    it('reads partitions that its topic gets', async () => {
      const where = await membership();
      const group = new GroupOfMembers();
      await using one = group.member();
      await client.join(one, where);
      await group.until(() => one.partitions.length === 4);
      await kafka.admin.createPartitions({ topicPartitions: [{ topic: where.topic, count: 5 }] });
      await group.until(() => one.partitions.length === 5);
      await send(where.topic, 'added', [4]);
      await group.until(() => one.has('added4'));
    });

    it('reads a topic that is deleted and created again', async () => {
      const where = await membership();
      const group = new GroupOfMembers();
      await using one = group.member();
      await client.join(one, where);
      await group.until(() => one.partitions.length === 4);
      await kafka.admin.deleteTopics({ topics: [where.topic] });
      await group.until(() => one.partitions.length === 0);
      await kafka.admin.createTopics({ topics: [{ topic: where.topic, numPartitions: 2 }] });
      await send(where.topic, 'new', [0, 1]);
      await group.until(() => one.has('new0', 'new1'));
      expect(one.partitions).to.deep.equal([0, 1]);
    });
  }

  async function committed({ groupId, topic }: Membership): Promise<string | undefined> {
    const [offsets] = await kafka.admin.fetchOffsets({ groupId, topics: [topic] });
    return offsets?.partitions.find(({ partition }) => partition === 0)?.offset;
  }
}
