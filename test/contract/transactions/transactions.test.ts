import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { Deliveries } from '../support/deliveries.ts';
import { RawTransactionalProducer } from '../support/raw-producer.ts';
import { fetchPartition, listOffset, produceBatch, stable } from '../support/requests.ts';
import { until } from '../support/until.ts';
import { useKafka } from '../support/use-kafka.ts';

const transactional = (): { transactionalId: string; maxInFlightRequests: number; idempotent: boolean } => ({
  transactionalId: `transactions-${randomUUID()}`,
  maxInFlightRequests: 1,
  idempotent: true,
});

describe('contract: transactions', () => {
  const kafka = useKafka();

  it('delivers the messages of every topic when the transaction commits', async () => {
    const topics = [await kafka.createTopic(), await kafka.createTopic()];
    const producer = await kafka.producer(transactional());
    const transaction = await producer.transaction();
    for (const topic of topics) await transaction.send({ topic, messages: [{ value: topic }] });
    await transaction.commit();
    const deliveries = new Deliveries();
    await deliveries.from(await kafka.consumer(), topics);
    await deliveries.count(2);
    expect(deliveries.values()).to.have.members(topics);
  });

  it('delivers the messages of an aborted transaction only to read_uncommitted consumers', async () => {
    const topic = await kafka.createTopic();
    const producer = await kafka.producer(transactional());
    const aborted = await producer.transaction();
    await aborted.send({ topic, messages: [{ value: 'aborted' }] });
    await aborted.abort();
    const committed = await producer.transaction();
    await committed.send({ topic, messages: [{ value: 'committed' }] });
    await committed.commit();
    const [careful, careless] = [new Deliveries(), new Deliveries()];
    await careful.from(await kafka.consumer(), [topic]);
    await careless.from(await kafka.consumer({ readUncommitted: true }), [topic]);
    expect(await careful.value('committed')).to.deep.equal(['committed']);
    expect(await careless.value('committed')).to.deep.equal(['aborted', 'committed']);
  });

  it('holds back later messages from read_committed consumers until the transaction ends', async () => {
    const topic = await kafka.createTopic();
    const connection = await kafka.connection();
    const transaction = await (await kafka.producer(transactional())).transaction();
    await produceBatch(connection, topic, [{ value: 'before' }]);
    await transaction.send({ topic, messages: [{ value: 'within' }] });
    await produceBatch(connection, topic, [{ value: 'after' }]);
    const open = await fetchPartition(connection, topic, { isolation: 'read_committed' });
    expect(open).to.include({ highWatermark: '3', lastStableOffset: '1' });
    expect(open.messages.map(({ value }) => String(value))).to.deep.equal(['before']);
    const uncommitted = await fetchPartition(connection, topic);
    expect(uncommitted.messages.map(({ value }) => String(value))).to.deep.equal(['before', 'within', 'after']);
    expect(await listOffset(connection, topic, -1, { isolation: 'read_committed' })).to.include({ offset: '1' });
    expect(await listOffset(connection, topic, -1)).to.include({ offset: '3' });
    const deliveries = new Deliveries();
    await deliveries.from(await kafka.consumer(), [topic]);
    await transaction.commit();
    expect(await deliveries.value('after')).to.deep.equal(['before', 'within', 'after']);
  });

  it('writes a marker, which takes an offset, to each partition of the transaction', async () => {
    const topic = await kafka.createTopic();
    const connection = await kafka.connection();
    const producer = await RawTransactionalProducer.init(connection, `markers-${randomUUID()}`);
    for (const result of ['commit', 'abort'] as const) {
      expect(await producer.addPartition(topic)).to.equal('NONE');
      expect(await producer.send(topic, result)).to.equal('NONE');
      expect(await producer.end(result)).to.equal('NONE');
      await until(() => stable(connection, topic));
    }
    await produceBatch(connection, topic, [{ value: 'end' }]);
    const answer = await fetchPartition(connection, topic, { isolation: 'read_committed' });
    const { producerId, producerEpoch } = producer.identity;
    const markers = answer.messages.filter(({ isControlRecord }) => isControlRecord);
    // A marker's key is its version and its type, 0 for abort and 1 for commit, two bytes each.
    expect(markers.map(({ offset, key }) => [offset, key?.toString('hex')])).to.deep.equal([
      ['1', '00000001'],
      ['3', '00000000'],
    ]);
    for (const { batchContext } of markers) expect(batchContext).to.include({ inTransaction: true, producerId, producerEpoch });
    expect(answer.abortedTransactions).to.deep.equal([{ producerId, firstOffset: '2' }]);
  });

  it('lists an aborted transaction only to read_committed fetches that overlap it', async () => {
    const topic = await kafka.createTopic();
    const connection = await kafka.connection();
    const producer = await RawTransactionalProducer.init(connection, `aborted-${randomUUID()}`);
    await producer.addPartition(topic);
    await producer.send(topic, 'aborted');
    await producer.end('abort');
    await until(() => stable(connection, topic));
    await produceBatch(connection, topic, [{ value: 'a' }]);
    const from = async (offset: number): Promise<number> =>
      (await fetchPartition(connection, topic, { offset, isolation: 'read_committed' })).abortedTransactions.length;
    expect(await Promise.all([from(0), from(1), from(2)])).to.deep.equal([1, 1, 0]);
    expect((await fetchPartition(connection, topic)).abortedTransactions).to.be.empty;
  });

  it('commits and aborts the transactions of two producers in one partition independently', async () => {
    const topic = await kafka.createTopic();
    const [first, second] = await Promise.all([kafka.producer(transactional()), kafka.producer(transactional())]);
    const [aborted, committed] = [await first.transaction(), await second.transaction()];
    await aborted.send({ topic, messages: [{ value: 'a1' }] });
    await committed.send({ topic, messages: [{ value: 'c1' }] });
    await aborted.send({ topic, messages: [{ value: 'a2' }] });
    await committed.send({ topic, messages: [{ value: 'c2' }] });
    await committed.commit();
    await aborted.abort();
    const deliveries = new Deliveries();
    await deliveries.from(await kafka.consumer(), [topic]);
    expect(await deliveries.value('c2')).to.deep.equal(['c1', 'c2']);
  });

  it('runs the transactions of one producer one after another', async () => {
    const topic = await kafka.createTopic();
    const producer = await kafka.producer(transactional());
    for (const value of ['1', '2', '3', '4', '5']) {
      const transaction = await producer.transaction();
      await transaction.send({ topic, messages: [{ value }] });
      await (value === '3' ? transaction.abort() : transaction.commit());
    }
    const deliveries = new Deliveries();
    await deliveries.from(await kafka.consumer(), [topic]);
    expect(await deliveries.value('5')).to.deep.equal(['1', '2', '4', '5']);
  });
});
