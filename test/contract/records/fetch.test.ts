import { expect } from 'chai';
import { fetchPartition, fetchRequest, only, produceBatch } from '../support/requests.ts';
import { useKafka } from '../support/use-kafka.ts';

describe('contract: fetch', () => {
  const kafka = useKafka();

  it('says where the log ends, and how far it is stable', async () => {
    const topic = await kafka.createTopic();
    const connection = await kafka.connection();
    await produceBatch(connection, topic, [{ value: 'a' }, { value: 'b' }]);
    const answer = await fetchPartition(connection, topic);
    expect(answer).to.include({ error: 'NONE', highWatermark: '2', lastStableOffset: '2' });
    expect(answer.messages.map(({ value }) => String(value))).to.deep.equal(['a', 'b']);
  });

  it('answers with whole batches, also when only their end was asked for', async () => {
    const topic = await kafka.createTopic();
    const connection = await kafka.connection();
    await produceBatch(connection, topic, [{ value: 'a' }, { value: 'b' }, { value: 'c' }]);
    await produceBatch(connection, topic, [{ value: 'd' }]);
    const { messages } = await fetchPartition(connection, topic, { offset: 2 });
    expect(messages.map(({ offset }) => offset)).to.deep.equal(['0', '1', '2', '3']);
  });

  it('answers with the first batch however little was asked for, and with no second one', async () => {
    const topic = await kafka.createTopic();
    const connection = await kafka.connection();
    for (const value of ['a', 'b']) await produceBatch(connection, topic, [{ value: value.repeat(500) }]);
    const { messages, highWatermark } = await fetchPartition(connection, topic, { maxBytes: 1 });
    expect(messages.map(({ offset }) => offset)).to.deep.equal(['0']);
    expect(highWatermark).to.equal('2');
  });

  it('refuses an offset that is outside of the log, and not its end', async () => {
    const topic = await kafka.createTopic();
    const connection = await kafka.connection();
    await produceBatch(connection, topic, [{ value: 'a' }]);
    expect(await fetchPartition(connection, topic, { offset: 2 })).to.include({ error: 'OFFSET_OUT_OF_RANGE' });
    expect(await fetchPartition(connection, topic, { offset: -1 })).to.include({ error: 'OFFSET_OUT_OF_RANGE' });
    const atEnd = await fetchPartition(connection, topic, { offset: 1, maxWaitTime: 0 });
    expect(atEnd).to.include({ error: 'NONE', highWatermark: '1' });
    expect(atEnd.messages).to.be.empty;
  });

  it('refuses a partition and a topic that it does not have, and serves the others of the request', async () => {
    const topic = await kafka.createTopic();
    const connection = await kafka.connection();
    await produceBatch(connection, topic, [{ value: 'a' }]);
    const partitions = [7, 0].map((partition) => ({ partition, fetchOffset: '0', maxBytes: 1_000 }));
    const topics = [
      { topic, partitions },
      { topic: kafka.topicName(), partitions: partitions.slice(0, 1) },
    ];
    const { responses } = await connection.ask('Fetch', 11, { ...fetchRequest(topic), topics });
    const answers = responses.flatMap(({ topicName, partitions: all }) =>
      all.map(({ partition, error, messages }) => [topicName === topic, partition, error, messages.length]),
    );
    expect(answers).to.have.deep.members([
      [true, 0, 'NONE', 1],
      [true, 7, 'UNKNOWN_TOPIC_OR_PARTITION', 0],
      [false, 7, 'UNKNOWN_TOPIC_OR_PARTITION', 0],
    ]);
  });

  it('waits for data no longer than it was asked to', async () => {
    const topic = await kafka.createTopic();
    const connection = await kafka.connection();
    const started = performance.now();
    const { error, messages } = await fetchPartition(connection, topic, { maxWaitTime: 150 });
    expect(performance.now() - started).to.be.greaterThan(140);
    expect({ error, messages }).to.deep.equal({ error: 'NONE', messages: [] });
  });

  it('answers at once when nothing is to be waited for', async () => {
    const topic = await kafka.createTopic();
    const connection = await kafka.connection();
    const started = performance.now();
    await fetchPartition(connection, topic, { maxWaitTime: 10_000, minBytes: 0 });
    await fetchPartition(connection, topic, { maxWaitTime: 10_000, offset: 5 });
    expect(performance.now() - started).to.be.lessThan(5_000);
  });

  it('ends the wait when a message arrives', async () => {
    const topic = await kafka.createTopic();
    const [reader, writer] = [await kafka.connection(), await kafka.connection()];
    const started = performance.now();
    const fetched = (async () => {
      // A broker may cap how long it lets a fetch wait: then it is asked again.
      for (;;) {
        const { messages } = await fetchPartition(reader, topic, { maxWaitTime: 15_000 });
        if (messages.length > 0) return messages;
      }
    })();
    await produceBatch(writer, topic, [{ value: 'a' }]);
    expect(String(only(await fetched).value)).to.equal('a');
    expect(performance.now() - started).to.be.lessThan(10_000);
  });

  it('wakes every one that waits for the same partition', async () => {
    const topic = await kafka.createTopic();
    const readers = await Promise.all(Array.from({ length: 5 }, () => kafka.connection()));
    const fetched = Promise.all(
      readers.map(async (reader) => {
        for (;;) {
          const { messages } = await fetchPartition(reader, topic, { maxWaitTime: 15_000 });
          if (messages.length > 0) return String(only(messages).value);
        }
      }),
    );
    await produceBatch(await kafka.connection(), topic, [{ value: 'a' }]);
    expect(await fetched).to.deep.equal(['a', 'a', 'a', 'a', 'a']);
  });

  it('waits until so many bytes are there as were asked for', async () => {
    const topic = await kafka.createTopic();
    const [reader, writer] = [await kafka.connection(), await kafka.connection()];
    await produceBatch(writer, topic, [{ value: 'a' }]);
    const started = performance.now();
    const { messages } = await fetchPartition(reader, topic, { maxWaitTime: 150, minBytes: 10_000 });
    expect(performance.now() - started).to.be.greaterThan(140);
    expect(messages).to.have.lengthOf(1);
  });

  it('refuses a leader epoch that is yet to come', async () => {
    const topic = await kafka.createTopic();
    const connection = await kafka.connection();
    await produceBatch(connection, topic, [{ value: 'a' }]);
    expect(await fetchPartition(connection, topic, { currentLeaderEpoch: 1_000 })).to.include({ error: 'UNKNOWN_LEADER_EPOCH' });
    const { error, messages } = await fetchPartition(connection, topic);
    const epoch = only(messages).batchContext.partitionLeaderEpoch;
    expect(error).to.equal('NONE');
    expect(epoch).to.be.at.least(0);
    expect(await fetchPartition(connection, topic, { currentLeaderEpoch: epoch })).to.include({ error: 'NONE' });
  });

  it('refuses a fetch session that nobody opened', async () => {
    const topic = await kafka.createTopic();
    const connection = await kafka.connection();
    const answer = await connection.ask('Fetch', 11, { ...fetchRequest(topic), sessionId: 12_345, sessionEpoch: 1 });
    expect(answer).to.deep.include({ error: 'FETCH_SESSION_ID_NOT_FOUND', sessionId: 0, responses: [] });
  });
});
