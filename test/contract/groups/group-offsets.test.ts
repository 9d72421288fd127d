import { expect } from 'chai';
import { ask } from '../../../packages/embedded-kafka/test/support/ask.ts';
import { read } from '../support/deliveries.ts';
import { errorName, outcome } from '../support/error-name.ts';
import { heartbeatUntilTold, join, joinAlone, leave } from '../support/raw-member.ts';
import { RawTransactionalProducer } from '../support/raw-producer.ts';
import { commitOffset, only } from '../support/requests.ts';
import { useKafka } from '../support/use-kafka.ts';

describe('contract: committed offsets', () => {
  const kafka = useKafka();
  const committed = async (groupId: string, topic: string): Promise<readonly { partition: number; offset: string }[]> => {
    const [answer] = await kafka.admin.fetchOffsets({ groupId, topics: [topic] });
    return (answer?.partitions ?? []).map(({ partition, offset }) => ({ partition, offset })).toSorted((a, b) => a.partition - b.partition);
  };

  it('returns the offset that a consumer committed, and -1 for a partition without a commit', async () => {
    const topic = await kafka.createTopic({ partitions: 2 });
    const groupId = kafka.groupId();
    await (await kafka.producer()).send({ topic, messages: [1, 2, 3].map(String).map((value) => ({ value, partition: 1 })) });
    const consumer = await kafka.consumer({ groupId });
    await read(consumer, [topic], 3);
    await consumer.disconnect();
    expect(await committed(groupId, topic)).to.deep.equal([
      { partition: 0, offset: '-1' },
      { partition: 1, offset: '3' },
    ]);
  });

  it('returns the offset and metadata of the last commit, even when its offset is lower', async () => {
    const topic = await kafka.createTopic();
    const groupId = kafka.groupId();
    const connection = await kafka.connection();
    expect(await commitOffset(connection, groupId, topic, 7, { metadata: 'before' })).to.equal('NONE');
    expect(await commitOffset(connection, groupId, topic, 3, { metadata: 'after' })).to.equal('NONE');
    const topics = [{ topic, partitions: [{ partition: 0 }] }];
    const { responses } = await connection.ask('OffsetFetch', 4, { groupId, topics });
    expect(only(only(responses).partitions)).to.include({ error: 'NONE', offset: '3', metadata: 'after' });
  });

  it('rejects commits with more than 4,096 bytes of metadata and commits of unknown partitions', async () => {
    const topic = await kafka.createTopic();
    const groupId = kafka.groupId();
    const connection = await kafka.connection();
    expect(await commitOffset(connection, groupId, topic, 1, { metadata: 'x'.repeat(4_097) })).to.equal('OFFSET_METADATA_TOO_LARGE');
    expect(await commitOffset(connection, groupId, topic, 1, { metadata: 'x'.repeat(4_096) })).to.equal('NONE');
    expect(await commitOffset(connection, groupId, kafka.topicName(), 1)).to.equal('UNKNOWN_TOPIC_OR_PARTITION');
  });

  it('creates no group for a commit of which it takes nothing', async () => {
    const groupId = kafka.groupId();
    const connection = await kafka.connection();
    expect(await commitOffset(connection, groupId, kafka.topicName(), 1)).to.equal('UNKNOWN_TOPIC_OR_PARTITION');
    const inTransaction = kafka.groupId();
    const producer = await RawTransactionalProducer.init(connection, kafka.groupId());
    await producer.addOffsets(inTransaction);
    expect(await producer.commitOffset(inTransaction, kafka.topicName(), 1)).to.equal('UNKNOWN_TOPIC_OR_PARTITION');
    await producer.end('abort');
    const { groups } = await kafka.admin.listGroups();
    expect(groups.filter((group) => [groupId, inTransaction].includes(group.groupId))).to.deep.equal([]);
  });

  it('returns the offsets of every topic of the group when the request names none', async () => {
    const topics = [await kafka.createTopic(), await kafka.createTopic()];
    const groupId = kafka.groupId();
    const connection = await kafka.connection();
    for (const topic of topics) await commitOffset(connection, groupId, topic, 1);
    const all = await kafka.admin.fetchOffsets({ groupId });
    expect(all.map(({ topic }) => topic)).to.have.members(topics);
    expect(await kafka.admin.fetchOffsets({ groupId: kafka.groupId() })).to.be.empty;
  });

  it('lets an admin set offsets while the group is empty', async () => {
    const topic = await kafka.createTopic();
    const groupId = kafka.groupId();
    await (await kafka.producer()).send({ topic, messages: [{ value: 'a' }, { value: 'b' }] });
    await commitOffset(await kafka.connection(), groupId, topic, 2);
    await kafka.admin.setOffsets({ groupId, topic, partitions: [{ partition: 0, offset: '1' }] });
    const deliveries = await read(await kafka.consumer({ groupId }), [topic], 1);
    expect(deliveries.map(({ value }) => value)).to.deep.equal(['b']);
  });

  it('accepts commits only from members while the group has members', async () => {
    const topic = await kafka.createTopic();
    const groupId = kafka.groupId();
    const connection = await kafka.connection();
    const member = await joinAlone(connection, groupId);
    expect(await commitOffset(connection, groupId, topic, 1)).to.equal('UNKNOWN_MEMBER_ID');
    expect(await commitOffset(connection, groupId, topic, 1, { ...member, memberId: 'nobody' })).to.equal('UNKNOWN_MEMBER_ID');
    expect(await commitOffset(connection, groupId, topic, 1, member)).to.equal('NONE');
    await leave(connection, groupId, member.memberId);
    expect(await commitOffset(connection, groupId, topic, 2)).to.equal('NONE');
  });

  it('rejects the commit of an earlier generation', async () => {
    const topic = await kafka.createTopic();
    const groupId = kafka.groupId();
    const connection = await kafka.connection();
    const member = await joinAlone(connection, groupId);
    const old = { ...member, generationId: member.generationId - 1 };
    expect(await commitOffset(connection, groupId, topic, 1, old)).to.equal('ILLEGAL_GENERATION');
    expect(await committed(groupId, topic)).to.deep.equal([{ partition: 0, offset: '-1' }]);
  });

  it('accepts commits while members join, and rejects them until the new assignment arrives', async () => {
    const topic = await kafka.createTopic();
    const groupId = kafka.groupId();
    const [first, second] = [await kafka.connection(), await kafka.connection()];
    const alone = await joinAlone(first, groupId);
    const joining = join(second, groupId);
    expect(await heartbeatUntilTold(first, groupId, alone)).to.equal('REBALANCE_IN_PROGRESS');
    expect(await commitOffset(first, groupId, topic, 1, alone)).to.equal('NONE');
    const rejoined = await join(first, groupId, { memberId: alone.memberId });
    await joining;
    expect(await commitOffset(first, groupId, topic, 2, rejoined)).to.equal('REBALANCE_IN_PROGRESS');
    expect(await committed(groupId, topic)).to.deep.equal([{ partition: 0, offset: '1' }]);
  });

  it('keeps offsets when the last member leaves', async () => {
    const topic = await kafka.createTopic();
    const groupId = kafka.groupId();
    const connection = await kafka.connection();
    const member = await joinAlone(connection, groupId);
    await commitOffset(connection, groupId, topic, 5, member);
    await leave(connection, groupId, member.memberId);
    expect(await committed(groupId, topic)).to.deep.equal([{ partition: 0, offset: '5' }]);
  });

  it('deletes single offsets, and rejects topics and partitions that do not exist', async () => {
    const topic = await kafka.createTopic({ partitions: 2 });
    const [groupId, unknown] = [kafka.groupId(), kafka.topicName()];
    await commitOffset(await kafka.connection(), groupId, topic, 5);
    const deletion = async (group: string): Promise<unknown> => {
      const topics = [
        { name: unknown, partitions: [{ partitionIndex: 0 }] },
        { name: topic, partitions: [9, 0, 1].map((partitionIndex) => ({ partitionIndex })) },
      ];
      const answer = await ask(kafka.broker(), 'OffsetDelete', 0, { groupId: group, topics });
      if (answer.errorCode !== 0) return errorName(answer.errorCode);
      return answer.topics.flatMap(({ name, partitions }) =>
        partitions.map(({ partitionIndex, errorCode }) => [name, partitionIndex, errorName(errorCode)]),
      );
    };
    expect(await deletion(groupId)).to.have.deep.members([
      [unknown, 0, 'UNKNOWN_TOPIC_OR_PARTITION'],
      [topic, 9, 'UNKNOWN_TOPIC_OR_PARTITION'],
      [topic, 0, 'NONE'],
      [topic, 1, 'NONE'],
    ]);
    expect(await committed(groupId, topic)).to.deep.equal([
      { partition: 0, offset: '-1' },
      { partition: 1, offset: '-1' },
    ]);
    expect(await deletion(kafka.groupId())).to.equal('GROUP_ID_NOT_FOUND');
    expect(await deletion('')).to.equal('INVALID_GROUP_ID');
  });

  it('deletes offsets with their group', async () => {
    const topic = await kafka.createTopic();
    const groupId = kafka.groupId();
    await commitOffset(await kafka.connection(), groupId, topic, 5);
    expect(await outcome(kafka.admin.deleteGroups([groupId]))).to.equal('NONE');
    expect(await committed(groupId, topic)).to.deep.equal([{ partition: 0, offset: '-1' }]);
  });
});
