import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { outcome } from '../support/error-name.ts';
import { initProducerId, RawTransactionalProducer } from '../support/raw-producer.ts';
import { fetchPartition, only, produceBatch, stable } from '../support/requests.ts';
import { until } from '../support/until.ts';
import { useKafka } from '../support/use-kafka.ts';

describe('contract: transactional ids', () => {
  const kafka = useKafka();
  const committed = async (groupId: string, topic: string): Promise<string | undefined> => {
    const [answer] = await kafka.admin.fetchOffsets({ groupId, topics: [topic] });
    return answer?.partitions[0]?.offset;
  };
  const readCommitted = async (topic: string): Promise<string[]> => {
    const connection = await kafka.connection();
    await until(() => stable(connection, topic));
    const { abortedTransactions, messages } = await fetchPartition(connection, topic, { isolation: 'read_committed' });
    const aborted = new Set(abortedTransactions.map(({ firstOffset }) => firstOffset));
    return messages.filter(({ isControlRecord, offset }) => !isControlRecord && !aborted.has(offset)).map(({ value }) => String(value));
  };

  it('keeps the producer id and raises the epoch for each new producer', async () => {
    const connection = await kafka.connection();
    const transactionalId = `id-${randomUUID()}`;
    const [first, second] = [await initProducerId(connection, transactionalId), await initProducerId(connection, transactionalId)];
    expect(first).to.include({ error: 'NONE', producerEpoch: 0 });
    expect(second).to.include({ error: 'NONE', producerId: first.producerId, producerEpoch: 1 });
  });

  it('aborts the open transaction of the previous producer', async () => {
    const topic = await kafka.createTopic();
    const transactionalId = `id-${randomUUID()}`;
    const first = await RawTransactionalProducer.init(await kafka.connection(), transactionalId);
    await first.addPartition(topic);
    expect(await first.send(topic, 'left open')).to.equal('NONE');
    const second = await RawTransactionalProducer.init(await kafka.connection(), transactionalId);
    await second.addPartition(topic);
    expect(await second.send(topic, 'mine')).to.equal('NONE');
    expect(await second.end('commit')).to.equal('NONE');
    expect(await readCommitted(topic)).to.deep.equal(['mine']);
  });

  it('fences every request of the previous producer', async () => {
    const topic = await kafka.createTopic();
    const transactionalId = `id-${randomUUID()}`;
    const old = await RawTransactionalProducer.init(await kafka.connection(), transactionalId);
    await old.addPartition(topic);
    await old.send(topic, 'old');
    await RawTransactionalProducer.init(await kafka.connection(), transactionalId);
    const fenced = [await old.end('commit'), await old.addPartition(topic), await old.addOffsets(kafka.groupId())];
    // Request versions older than KIP-588 report fencing by this error.
    expect(fenced).to.deep.equal(['INVALID_PRODUCER_EPOCH', 'INVALID_PRODUCER_EPOCH', 'INVALID_PRODUCER_EPOCH']);
    expect(await readCommitted(topic)).to.deep.equal([]);
    expect(await old.send(topic, 'too late')).to.equal('INVALID_PRODUCER_EPOCH');
  });

  it('fences a kafkajs producer when another one starts with its transactional id', async () => {
    const topic = await kafka.createTopic();
    const config = { transactionalId: `id-${randomUUID()}`, maxInFlightRequests: 1, idempotent: true };
    const old = await (await kafka.producer(config)).transaction();
    await old.send({ topic, messages: [{ value: 'old' }] });
    const fresh = await (await kafka.producer(config)).transaction();
    expect(await outcome(old.commit())).to.equal('INVALID_PRODUCER_EPOCH');
    await fresh.send({ topic, messages: [{ value: 'fresh' }] });
    await fresh.commit();
    expect(await readCommitted(topic)).to.deep.equal(['fresh']);
  });

  it('rejects the end of a transaction that has not begun', async () => {
    const producer = await RawTransactionalProducer.init(await kafka.connection(), `id-${randomUUID()}`);
    expect([await producer.end('commit'), await producer.end('abort')]).to.deep.equal(['INVALID_TXN_STATE', 'INVALID_TXN_STATE']);
  });

  it('accepts a repeated end of a transaction, and rejects one with the opposite result', async () => {
    const topic = await kafka.createTopic();
    const producer = await RawTransactionalProducer.init(await kafka.connection(), `id-${randomUUID()}`);
    await producer.addPartition(topic);
    await producer.send(topic, 'a');
    expect([await producer.end('commit'), await producer.end('commit'), await producer.end('abort')]).to.deep.equal([
      'NONE',
      'NONE',
      'INVALID_TXN_STATE',
    ]);
  });

  it('rejects a batch for a partition that was not added to the transaction', async () => {
    const topic = await kafka.createTopic();
    const transactionalId = `id-${randomUUID()}`;
    const connection = await kafka.connection();
    const { identity } = await RawTransactionalProducer.init(connection, transactionalId);
    const answer = await produceBatch(connection, topic, [{ value: 'a' }], { transactionalId, ...identity, firstSequence: 0 });
    expect(answer).to.include({ error: 'INVALID_TXN_STATE' });
  });

  it('rejects an unknown producer, an unknown partition and a timeout above the broker’s limit', async () => {
    const connection = await kafka.connection();
    const transactionalId = `id-${randomUUID()}`;
    const unknown = { transactionalId, producerId: '1', producerEpoch: 0 };
    const nobody = await connection.ask('EndTxn', 1, { ...unknown, transactionResult: true });
    expect(nobody).to.include({ error: 'INVALID_PRODUCER_ID_MAPPING' });
    const producer = await RawTransactionalProducer.init(connection, transactionalId);
    expect(await producer.addPartition(kafka.topicName())).to.equal('UNKNOWN_TOPIC_OR_PARTITION');
    expect(await initProducerId(connection, `id-${randomUUID()}`, 900_001)).to.include({ error: 'INVALID_TRANSACTION_TIMEOUT' });
  });

  it('adds none of the partitions of a request when one is unknown', async () => {
    const topic = await kafka.createTopic();
    const connection = await kafka.connection();
    const transactionalId = `id-${randomUUID()}`;
    const { identity } = await RawTransactionalProducer.init(connection, transactionalId);
    const topics = [topic, kafka.topicName()].map((name) => ({ topic: name, partitions: [0] }));
    const { errors } = await connection.ask('AddPartitionsToTxn', 1, { transactionalId, ...identity, topics });
    const answers = errors.map((answer) => [answer.topic === topic, only(answer.partitionErrors).error]);
    expect(answers).to.have.deep.members([
      [true, 'OPERATION_NOT_ATTEMPTED'],
      [false, 'UNKNOWN_TOPIC_OR_PARTITION'],
    ]);
  });

  it('commits offsets when their transaction commits', async () => {
    const topic = await kafka.createTopic();
    const groupId = kafka.groupId();
    const producer = await kafka.producer({ transactionalId: `id-${randomUUID()}`, maxInFlightRequests: 1, idempotent: true });
    const transaction = await producer.transaction();
    await transaction.sendOffsets({ consumerGroupId: groupId, topics: [{ topic, partitions: [{ partition: 0, offset: '4' }] }] });
    expect(await committed(groupId, topic)).to.equal('-1');
    await transaction.commit();
    await until(async () => (await committed(groupId, topic)) !== '-1');
    expect(await committed(groupId, topic)).to.equal('4');
  });

  it('drops offsets when their transaction aborts', async () => {
    const topic = await kafka.createTopic();
    const groupId = kafka.groupId();
    const producer = await RawTransactionalProducer.init(await kafka.connection(), `id-${randomUUID()}`);
    const end = async (offset: number, result: 'commit' | 'abort'): Promise<string[]> => [
      await producer.addOffsets(groupId),
      await producer.commitOffset(groupId, topic, offset),
      await producer.end(result),
    ];
    expect(await end(9, 'abort')).to.deep.equal(['NONE', 'NONE', 'NONE']);
    expect(await end(5, 'commit')).to.deep.equal(['NONE', 'NONE', 'NONE']);
    await until(async () => (await committed(groupId, topic)) !== '-1');
    expect(await committed(groupId, topic)).to.equal('5');
  });
});
