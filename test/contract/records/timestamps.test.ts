import { expect } from 'chai';
import { CompressionTypes, type Message } from 'kafkajs';
import { ask } from '../../../packages/embedded-kafka/test/support/ask.ts';
import { read } from '../support/deliveries.ts';
import { errorName } from '../support/error-name.ts';
import { fetchPartition, listOffset, only, produceBatch } from '../support/requests.ts';
import { useKafka } from '../support/use-kafka.ts';

const logAppendTime = 1;
const start = 1_700_000_000_000;
const at = (...offsets: number[]): Message[] => offsets.map((offset) => ({ value: `+${offset}`, timestamp: String(start + offset) }));

describe('contract: timestamps', () => {
  const kafka = useKafka();

  it('stores the timestamp that the producer set', async () => {
    const topic = await kafka.createTopic();
    await (await kafka.producer()).send({ topic, messages: at(5, 0, 1_000) });
    const deliveries = await read(await kafka.consumer(), [topic], 3);
    expect(deliveries.map(({ message }) => Number(message.timestamp) - start)).to.deep.equal([5, 0, 1_000]);
  });

  for (const compression of [CompressionTypes.None, CompressionTypes.GZIP]) {
    const name = compression === CompressionTypes.None ? 'plain' : 'gzip';
    it(`stores the append time for every message of a ${name} batch when the topic has LogAppendTime, and returns it`, async () => {
      const topic = await kafka.createTopic({ configs: { 'message.timestamp.type': 'LogAppendTime' } });
      const [metadata] = await (await kafka.producer()).send({ topic, compression, messages: at(0, 1) });
      const appended = Number(metadata?.logAppendTime);
      expect(appended).to.be.closeTo(Date.now(), 60_000);
      const { messages } = await fetchPartition(await kafka.connection(), topic);
      expect(messages.map(({ batchContext }) => batchContext.timestampType)).to.deep.equal([logAppendTime, logAppendTime]);
      const deliveries = await read(await kafka.consumer(), [topic], 2);
      expect(deliveries.map(({ message }) => Number(message.timestamp))).to.deep.equal([appended, appended]);
    });
  }

  for (const compression of [CompressionTypes.None, CompressionTypes.GZIP]) {
    const name = compression === CompressionTypes.None ? 'plain' : 'gzip';
    it(`finds the first message at or after a timestamp, also inside a ${name} batch`, async () => {
      const topic = await kafka.createTopic();
      const producer = await kafka.producer();
      await producer.send({ topic, compression, messages: at(0, 10, 20) });
      await producer.send({ topic, compression, messages: at(30, 40, 50) });
      const connection = await kafka.connection();
      const found = await Promise.all([-5, 0, 1, 10, 21, 40, 50].map((time) => listOffset(connection, topic, start + time)));
      expect(found.map(({ offset, timestamp }) => [Number(offset), Number(timestamp) - start])).to.deep.equal([
        [0, 0],
        [0, 0],
        [1, 10],
        [1, 10],
        [3, 30],
        [4, 40],
        [5, 50],
      ]);
    });
  }

  it('rejects a timestamp too far before or after the broker’s clock, wherever it is in a batch', async () => {
    const configs = { 'message.timestamp.before.max.ms': '3600000', 'message.timestamp.after.max.ms': '1800000' };
    const topic = await kafka.createTopic({ configs });
    const connection = await kafka.connection();
    const produce = async (...minutes: number[]): Promise<string> => {
      const messages = minutes.map((minute) => ({ value: `${minute}`, timestamp: String(Date.now() + minute * 60_000) }));
      return (await produceBatch(connection, topic, messages)).error;
    };
    expect(await produce(0, -59, 29)).to.equal('NONE');
    expect(await produce(0, -61)).to.equal('INVALID_TIMESTAMP');
    expect(await produce(0, 31, 0)).to.equal('INVALID_TIMESTAMP');
    const itsOwn = await kafka.createTopic({ configs: { ...configs, 'message.timestamp.type': 'LogAppendTime' } });
    expect(await produceBatch(connection, itsOwn, at(0))).to.include({ error: 'NONE' });
  });

  it('finds the message with the lowest offset when timestamps do not ascend', async () => {
    const topic = await kafka.createTopic();
    const connection = await kafka.connection();
    for (const time of [50, 10, 60, 20]) await produceBatch(connection, topic, at(time));
    const found = await Promise.all([0, 20, 51, 60].map((time) => listOffset(connection, topic, start + time)));
    expect(found.map(({ offset }) => Number(offset))).to.deep.equal([0, 0, 2, 2]);
  });

  it('finds no offset for a timestamp after the last message', async () => {
    const topic = await kafka.createTopic();
    const connection = await kafka.connection();
    await produceBatch(connection, topic, at(0));
    expect(await listOffset(connection, topic, start + 1)).to.include({ error: 'NONE', offset: '-1', timestamp: '-1' });
    // kafkajs returns the end of the log in that case.
    expect(await kafka.admin.fetchTopicOffsetsByTimestamp(topic, start + 1)).to.deep.equal([{ partition: 0, offset: '1' }]);
  });

  it('rejects a negative timestamp in versions in which it has no meaning yet', async () => {
    const topic = await kafka.createTopic();
    const errorOf = async (timestamp: number, version: number): Promise<string> => {
      const topics = [{ name: topic, partitions: [{ partitionIndex: 0, timestamp }] }];
      const answer = await ask(kafka.broker(), 'ListOffsets', version, { replicaId: -1, isolationLevel: 0, topics, timeoutMs: 5_000 });
      return errorName(only(only(answer.topics).partitions).errorCode);
    };
    const since = [
      [-1, 1],
      [-2, 1],
      [-3, 7],
      [-4, 8],
      [-5, 9],
    ] as const;
    for (const [timestamp, first] of since) {
      expect(await errorOf(timestamp, first), `${timestamp} in version ${first}`).to.equal('NONE');
      if (first > 1) expect(await errorOf(timestamp, first - 1), `${timestamp} before version ${first}`).to.equal('UNSUPPORTED_VERSION');
    }
    expect(await errorOf(-7, 9)).to.equal('UNSUPPORTED_VERSION');
  });

  it('rejects a partition that the request names twice', async () => {
    const topic = await kafka.createTopic({ partitions: 2 });
    const partitions = [0, 1, 0].map((partitionIndex) => ({ partitionIndex, timestamp: -1 }));
    const asked = { replicaId: -1, isolationLevel: 0, topics: [{ name: topic, partitions }], timeoutMs: 5_000 };
    const { topics } = await ask(kafka.broker(), 'ListOffsets', 7, asked);
    // Apache Kafka 3.9 says it twice.
    const errors = new Map(only(topics).partitions.map(({ partitionIndex, errorCode }) => [partitionIndex, errorName(errorCode)]));
    expect(Object.fromEntries(errors)).to.deep.equal({ 0: 'INVALID_REQUEST', 1: 'NONE' });
  });

  it('finds the offsets of every partition for one timestamp', async () => {
    const topic = await kafka.createTopic({ partitions: 2 });
    const connection = await kafka.connection();
    await produceBatch(connection, topic, at(0, 10), { partition: 0 });
    await produceBatch(connection, topic, at(5, 6, 7), { partition: 1 });
    expect(await kafka.admin.fetchTopicOffsetsByTimestamp(topic, start + 7)).to.have.deep.members([
      { partition: 0, offset: '1' },
      { partition: 1, offset: '2' },
    ]);
  });
});
