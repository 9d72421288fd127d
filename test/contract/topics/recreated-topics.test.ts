import { expect } from 'chai';
import { ask } from '../../../packages/embedded-kafka/test/support/ask.ts';
import { zeroUuid } from '../../../packages/embedded-kafka/src/wire/codecs/field-spec.ts';
import { Deliveries } from '../support/deliveries.ts';
import { errorName } from '../support/error-name.ts';
import type { RawConnection } from '../support/raw-connection.ts';
import { heartbeat, joinAlone } from '../support/raw-member.ts';
import { initProducerId, RawTransactionalProducer } from '../support/raw-producer.ts';
import { commitOffset, deleteRecords, fetchPartition, fetchRequest, listOffset, only, produceBatch, stable } from '../support/requests.ts';
import { answered, until } from '../support/until.ts';
import { useKafka } from '../support/use-kafka.ts';

const unasked = { allowAutoTopicCreation: false, includeClusterAuthorizedOperations: false, includeTopicAuthorizedOperations: false };

describe('contract: deleted and recreated topics', () => {
  const kafka = useKafka();

  async function remove(topic: string): Promise<void> {
    await kafka.admin.deleteTopics({ topics: [topic] });
    await until(async () => !(await kafka.admin.listTopics()).includes(topic));
  }

  async function create(topic: string, partitions = 1): Promise<void> {
    await kafka.admin.createTopics({ topics: [{ topic, numPartitions: partitions }], waitForLeaders: false });
    await until(() => answered(kafka.admin.fetchTopicOffsets(topic)));
  }

  /** Creates a topic without the admin client, which would keep refreshing the metadata of deleted topics. */
  async function rawTopic(connection: RawConnection): Promise<{ topic: string; deleteNow: (from: RawConnection) => Promise<unknown> }> {
    const topic = kafka.topicName();
    const topics = [{ topic, numPartitions: 1, replicationFactor: 1 }];
    await connection.ask('CreateTopics', 2, { topics, validateOnly: false, timeout: 5_000 });
    await until(async () => (await listOffset(connection, topic, -1)).error === 'NONE');
    return { topic, deleteNow: (from) => from.ask('DeleteTopics', 1, { topics: [topic], timeout: 5_000 }) };
  }

  /** The committed offset of partition 0; -1 when there is none. */
  async function committed(connection: RawConnection, groupId: string, topic: string): Promise<string> {
    const { responses } = await connection.ask('OffsetFetch', 3, { groupId, topics: [{ topic, partitions: [{ partition: 0 }] }] });
    return only(only(responses).partitions).offset;
  }

  const valuesOf = (messages: readonly { readonly value: Buffer | null }[]): readonly string[] =>
    messages.map(({ value }) => String(value));

  it('answers a waiting fetch with UNKNOWN_TOPIC_OR_PARTITION when its topic is deleted', async () => {
    const [connection, elsewhere, third] = [await kafka.connection(), await kafka.connection(), await kafka.connection()];
    const { topic, deleteNow } = await rawTopic(connection);
    const other = await kafka.createTopic();
    // This fetch starts first, so it ends first when the deletion answers neither.
    const longer = fetchPartition(elsewhere, other, { maxWaitTime: 15_000 }).then(() => 'the wait was over');
    const waiting = fetchPartition(connection, topic, { maxWaitTime: 15_000 }).then(({ error }) => error);
    await deleteNow(third);
    expect(await Promise.race([waiting, longer])).to.equal('UNKNOWN_TOPIC_OR_PARTITION');
    // This ends the other wait, too.
    await produceBatch(third, other, [{ value: 'end' }]);
    await longer;
  });

  it('answers a waiting fetch by topic id with UNKNOWN_TOPIC_OR_PARTITION, and later ones with UNKNOWN_TOPIC_ID', async () => {
    const connection = await kafka.connection();
    /** A topic that is deleted under a fetch: what the fetch answers, and what a later one does. */
    const deletedUnderFetch = async (): Promise<readonly [waiting: string, later: string]> => {
      const { topic, deleteNow } = await rawTopic(connection);
      const { topics } = await ask(kafka.broker(), 'Metadata', 12, { topics: [{ topicId: zeroUuid, name: topic }], ...unasked });
      const { topicId } = only(topics);
      const partitions = [{ partition: 0, fetchOffset: 0, partitionMaxBytes: 1_000 }];
      const fetch = async (maxWaitMs: number): Promise<string> => {
        const answer = await ask(kafka.broker(), 'Fetch', 13, { maxWaitMs, minBytes: 1, topics: [{ topic: '', topicId, partitions }] });
        return errorName(only(only(answer.responses).partitions).errorCode);
      };
      const waiting = fetch(15_000);
      // Requests of two connections are handled in any order: this one leaves the fetch time to be first.
      await until(async () => (await listOffset(connection, topic, -1)).error === 'NONE');
      await deleteNow(connection);
      return [await waiting, await fetch(0)];
    };
    // A fetch that came after the deletion all the same was no waiting one: then once more.
    let answers = await deletedUnderFetch();
    for (let tries = 1; tries < 20 && answers[0] === 'UNKNOWN_TOPIC_ID'; tries++) answers = await deletedUnderFetch();
    expect(answers).to.deep.equal(['UNKNOWN_TOPIC_OR_PARTITION', 'UNKNOWN_TOPIC_ID']);
  });

  it('answers a waiting fetch for its other topics when one of them is deleted', async () => {
    const [connection, second] = [await kafka.connection(), await kafka.connection()];
    const { topic, deleteNow } = await rawTopic(connection);
    const other = await kafka.createTopic();
    await produceBatch(connection, other, [{ value: 'of the other' }]);
    const body = fetchRequest(topic, { maxWaitTime: 15_000, minBytes: 1_000_000 }) as { topics: object[] };
    const ofOther = (fetchRequest(other) as { topics: object[] }).topics;
    const waiting = connection.ask('Fetch', 11, { ...body, topics: [...body.topics, ...ofOther] });
    await deleteNow(second);
    const { responses } = await waiting;
    const answers = new Map(responses.map(({ topicName, partitions }) => [topicName, only(partitions)]));
    expect(answers.get(topic)?.error).to.equal('UNKNOWN_TOPIC_OR_PARTITION');
    expect(valuesOf(answers.get(other)?.messages ?? [])).to.deep.equal(['of the other']);
  });

  it('deletes the committed offsets of the deleted topic, and of no other topic', async () => {
    const [topic, other] = [await kafka.createTopic(), await kafka.createTopic()];
    const [idle, live] = [kafka.groupId(), kafka.groupId()];
    const connection = await kafka.connection();
    const member = await joinAlone(connection, live);
    for (const name of [topic, other]) {
      expect(await commitOffset(connection, idle, name, 5)).to.equal('NONE');
      expect(await commitOffset(connection, live, name, 7, member)).to.equal('NONE');
    }
    await remove(topic);
    await until(async () => (await committed(connection, idle, topic)) === '-1' && (await committed(connection, live, topic)) === '-1');
    expect([await committed(connection, idle, other), await committed(connection, live, other)]).to.deep.equal(['5', '7']);
    await create(topic);
    expect([await committed(connection, idle, topic), await committed(connection, live, topic)]).to.deep.equal(['-1', '-1']);
    expect(await heartbeat(connection, live, member), 'the members are told nothing').to.equal('NONE');
  });

  it('rejects commits while the topic is deleted, and accepts any offset when it is recreated', async () => {
    const topic = await kafka.createTopic();
    const groupId = kafka.groupId();
    const connection = await kafka.connection();
    const member = await joinAlone(connection, groupId);
    await remove(topic);
    expect(await commitOffset(connection, groupId, topic, 5, member)).to.equal('UNKNOWN_TOPIC_OR_PARTITION');
    await create(topic);
    expect(await commitOffset(connection, groupId, topic, 5, member)).to.equal('NONE');
    expect(await committed(connection, groupId, topic)).to.equal('5');
  });

  it('serves a fetch at an old position when the new log has it, and rejects it when not', async () => {
    const topic = await kafka.createTopic();
    const connection = await kafka.connection();
    const write = (values: readonly string[]) =>
      produceBatch(
        connection,
        topic,
        values.map((value) => ({ value })),
      );
    await write(['0', '1', '2', '3', '4']);
    await remove(topic);
    expect(await fetchPartition(connection, topic, { offset: 5 })).to.include({ error: 'UNKNOWN_TOPIC_OR_PARTITION' });
    await create(topic);
    await write(['a', 'b', 'c']);
    expect(await fetchPartition(connection, topic, { offset: 5 })).to.include({ error: 'OFFSET_OUT_OF_RANGE' });
    await write(['d', 'e']);
    await write(['f']);
    expect(valuesOf((await fetchPartition(connection, topic, { offset: 5 })).messages)).to.deep.equal(['f']);
  });

  for (const [records, handled] of [
    [10, ['5', '6', '7', '8', '9']],
    [3, ['0', '1', '2']],
  ] as const) {
    it(`delivers ${records} records of the new log from ${handled[0]} on to a running kafkajs consumer that handled 5 of the old log`, async () => {
      const topic = await kafka.createTopic();
      const connection = await kafka.connection();
      const groupId = kafka.groupId();
      const write = (count: number) =>
        produceBatch(
          connection,
          topic,
          Array.from({ length: count }, (_, index) => ({ value: String(index) })),
        );
      await write(5);
      const consumer = await kafka.consumer({ groupId });
      const deliveries = new Deliveries();
      await deliveries.from(consumer, [topic], { autoCommitThreshold: 1 });
      await deliveries.count(5);
      await until(async () => (await committed(connection, groupId, topic)) === '5');
      // The consumer must not fetch before all records are there.
      consumer.pause([{ topic }]);
      await remove(topic);
      await create(topic);
      await write(records);
      consumer.resume([{ topic }]);
      await deliveries.count(5 + handled.length);
      expect(deliveries.values().slice(5)).to.deep.equal(handled);
      await until(async () => (await committed(connection, groupId, topic)) === String(records));
    });
  }

  it('finds no offset by the timestamps of the deleted log', async () => {
    const topic = await kafka.createTopic();
    const connection = await kafka.connection();
    const timestamp = Date.now() - 10_000;
    for (const value of ['0', '1']) await produceBatch(connection, topic, [{ value, timestamp: String(timestamp) }]);
    expect(await listOffset(connection, topic, timestamp)).to.include({ offset: '0' });
    await remove(topic);
    await create(topic);
    expect(await listOffset(connection, topic, timestamp)).to.include({ error: 'NONE', offset: '-1' });
    await produceBatch(connection, topic, [{ value: 'new', timestamp: String(timestamp + 5_000) }]);
    expect(await listOffset(connection, topic, timestamp + 1)).to.include({ offset: '0' });
  });

  it('accepts any first sequence number of a producer that wrote to the deleted log', async () => {
    const topic = await kafka.createTopic();
    const connection = await kafka.connection();
    const { producerId, producerEpoch } = await initProducerId(connection, null);
    for (const firstSequence of [0, 1, 2]) {
      const { error } = await produceBatch(connection, topic, [{ value: 'v' }], { producerId, producerEpoch, firstSequence });
      expect(error).to.equal('NONE');
    }
    await remove(topic);
    await create(topic);
    const { error, baseOffset } = await produceBatch(connection, topic, [{ value: 'v' }], { producerId, producerEpoch, firstSequence: 3 });
    expect([error, baseOffset]).to.deep.equal(['NONE', '0']);
  });

  it('rejects requests for partitions that the recreated topic no longer has', async () => {
    const topic = await kafka.createTopic({ partitions: 3 });
    const connection = await kafka.connection();
    await remove(topic);
    await create(topic);
    expect(await produceBatch(connection, topic, [{ value: 'v' }], { partition: 2 })).to.include({ error: 'UNKNOWN_TOPIC_OR_PARTITION' });
    expect(await fetchPartition(connection, topic, { partition: 2 })).to.include({ error: 'UNKNOWN_TOPIC_OR_PARTITION' });
  });

  it('commits a transaction that wrote to a deleted topic, without the offsets of that topic', async () => {
    const [topic, other] = [await kafka.createTopic(), await kafka.createTopic()];
    const groupId = kafka.groupId();
    const connection = await kafka.connection();
    const producer = await RawTransactionalProducer.init(connection, kafka.topicName());
    await producer.addPartition(topic);
    expect(await producer.send(topic, 'in the transaction')).to.equal('NONE');
    await producer.addOffsets(groupId);
    expect(await producer.commitOffset(groupId, topic, 5)).to.equal('NONE');
    expect(await producer.commitOffset(groupId, other, 6)).to.equal('NONE');
    await remove(topic);
    expect(await producer.end('commit')).to.equal('NONE');
    await until(async () => (await committed(connection, groupId, other)) === '6');
    // A coordinator may hear of the deletion only after it has taken the transaction's offsets.
    await until(async () => (await committed(connection, groupId, topic)) === '-1');
    await create(topic);
    expect(await listOffset(connection, topic, -1)).to.include({ offset: '0' });
    // The producer can start its next transaction.
    await producer.addPartition(other);
    expect(await producer.send(other, 'in the next one')).to.equal('NONE');
    expect(await producer.end('commit')).to.equal('NONE');
    await until(() => stable(connection, other));
  });

  it('writes the marker of a transaction that was open before into the new log', async () => {
    const topic = await kafka.createTopic();
    const connection = await kafka.connection();
    const producer = await RawTransactionalProducer.init(connection, kafka.topicName());
    await producer.addPartition(topic);
    expect(await producer.send(topic, 'in the old log')).to.equal('NONE');
    await remove(topic);
    await create(topic);
    expect(await producer.end('commit')).to.equal('NONE');
    await until(async () => (await listOffset(connection, topic, -1)).offset === '1');
    expect(await stable(connection, topic)).to.equal(true);
  });

  it('answers a waiting fetch with OFFSET_OUT_OF_RANGE when its records are deleted', async () => {
    const topic = await kafka.createTopic();
    const [connection, second] = [await kafka.connection(), await kafka.connection()];
    for (const value of ['0', '1', '2', '3']) await produceBatch(connection, topic, [{ value }]);
    const waiting = fetchPartition(connection, topic, { offset: 1, minBytes: 1_000_000, maxWaitTime: 1_000 });
    expect(await deleteRecords(second, topic, 3)).to.deep.equal({ error: 'NONE', lowWatermark: 3 });
    expect(await waiting).to.include({ error: 'OFFSET_OUT_OF_RANGE' });
  });
});
