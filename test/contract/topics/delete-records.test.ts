import { expect } from 'chai';
import { Deliveries } from '../support/deliveries.ts';
import { deleteRecords, fetchPartition, listOffset, produceBatch } from '../support/requests.ts';
import { useKafka, type ContractKafka } from '../support/use-kafka.ts';

describe('contract: deleting records', () => {
  const kafka = useKafka();

  it('deletes the records before the given offset', async () => {
    const { topic, connection } = await filled(kafka);
    expect(await deleteRecords(connection, topic, 3)).to.deep.equal({ error: 'NONE', lowWatermark: 3 });
    expect(await listOffset(connection, topic, -2)).to.include({ error: 'NONE', offset: '3' });
    expect(await listOffset(connection, topic, -1)).to.include({ error: 'NONE', offset: '6' });
    expect(await fetchPartition(connection, topic, { offset: 2 })).to.include({ error: 'OFFSET_OUT_OF_RANGE' });
    const { messages } = await fetchPartition(connection, topic, { offset: 3 });
    expect(messages.map(({ value }) => String(value))).to.deep.equal(['3', '4', '5']);
  });

  it('deletes up to an offset inside a batch, which a fetch still returns whole', async () => {
    const { topic, connection } = await filled(kafka);
    expect(await deleteRecords(connection, topic, 4)).to.deep.equal({ error: 'NONE', lowWatermark: 4 });
    expect(await listOffset(connection, topic, -2)).to.include({ offset: '4' });
    const { messages } = await fetchPartition(connection, topic, { offset: 4 });
    expect(messages.map(({ offset }) => offset)).to.deep.equal(['3', '4', '5']);
  });

  it('deletes all records when the offset is -1, and appends at the next offset', async () => {
    const { topic, connection } = await filled(kafka);
    expect(await deleteRecords(connection, topic, -1)).to.deep.equal({ error: 'NONE', lowWatermark: 6 });
    expect(await listOffset(connection, topic, -2)).to.include({ offset: '6' });
    expect(await produceBatch(connection, topic, [{ value: 'new' }])).to.include({ baseOffset: '6', logStartOffset: '6' });
  });

  it('deletes nothing when the offset is before the log start offset', async () => {
    const { topic, connection } = await filled(kafka);
    await deleteRecords(connection, topic, 4);
    expect(await deleteRecords(connection, topic, 1)).to.deep.equal({ error: 'NONE', lowWatermark: 4 });
  });

  it('rejects an offset beyond the end of the log and an unknown partition', async () => {
    const { topic, connection } = await filled(kafka);
    expect(await deleteRecords(connection, topic, 7)).to.include({ error: 'OFFSET_OUT_OF_RANGE' });
    expect(await deleteRecords(connection, topic, -2)).to.include({ error: 'OFFSET_OUT_OF_RANGE' });
    expect(await deleteRecords(connection, topic, 0, 8)).to.include({ error: 'UNKNOWN_TOPIC_OR_PARTITION' });
  });

  it('moves a running kafkajs consumer to the first remaining record', async () => {
    const { topic, connection } = await filled(kafka);
    const consumer = await kafka.consumer();
    const deliveries = new Deliveries();
    await deliveries.from(consumer, [topic]);
    await deliveries.count(6);
    // The consumer fetches nothing more until records are deleted.
    consumer.pause([{ topic }]);
    for (const value of ['6', '7', '8']) await produceBatch(connection, topic, [{ value }]);
    expect(await deleteRecords(connection, topic, 8)).to.deep.equal({ error: 'NONE', lowWatermark: 8 });
    consumer.resume([{ topic }]);
    expect(await deliveries.value('8')).to.deep.equal(['0', '1', '2', '3', '4', '5', '8']);
  });

  it('raises the low watermark that kafkajs’ admin reads', async () => {
    const { topic } = await filled(kafka);
    await kafka.admin.fetchTopicOffsets(topic);
    await kafka.admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '2' }] });
    expect(await kafka.admin.fetchTopicOffsets(topic)).to.deep.equal([{ partition: 0, offset: '6', high: '6', low: '2' }]);
  });
});

/** A topic of six messages, `0` to `5`, in two batches. */
async function filled(kafka: ContractKafka): Promise<{ topic: string; connection: Awaited<ReturnType<ContractKafka['connection']>> }> {
  const topic = await kafka.createTopic();
  const connection = await kafka.connection();
  for (const values of [
    ['0', '1', '2'],
    ['3', '4', '5'],
  ]) {
    await produceBatch(
      connection,
      topic,
      values.map((value) => ({ value })),
    );
  }
  return { topic, connection };
}
