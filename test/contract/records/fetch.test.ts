import { expect } from 'chai';
import { fetchPartition, fetchRequest, only, produceBatch } from '../support/requests.ts';
import { useKafka } from '../support/use-kafka.ts';

describe('contract: fetch', () => {
  const kafka = useKafka();

  it('returns the high watermark and the last stable offset', async () => {
    const topic = await kafka.createTopic();
    const connection = await kafka.connection();
    await produceBatch(connection, topic, [{ value: 'a' }, { value: 'b' }]);
    const answer = await fetchPartition(connection, topic);
    expect(answer).to.include({ error: 'NONE', highWatermark: '2', lastStableOffset: '2' });
    expect(answer.messages.map(({ value }) => String(value))).to.deep.equal(['a', 'b']);
  });

  it('returns a whole batch when the fetch offset is inside it', async () => {
    const topic = await kafka.createTopic();
    const connection = await kafka.connection();
    await produceBatch(connection, topic, [{ value: 'a' }, { value: 'b' }, { value: 'c' }]);
    await produceBatch(connection, topic, [{ value: 'd' }]);
    const { messages } = await fetchPartition(connection, topic, { offset: 2 });
    expect(messages.map(({ offset }) => offset)).to.deep.equal(['0', '1', '2', '3']);
  });

  it('returns the first batch, and only that, when it exceeds the byte limit', async () => {
    const topic = await kafka.createTopic();
    const connection = await kafka.connection();
    for (const value of ['a', 'b']) await produceBatch(connection, topic, [{ value: value.repeat(500) }]);
    const { messages, highWatermark } = await fetchPartition(connection, topic, { maxBytes: 1 });
    expect(messages.map(({ offset }) => offset)).to.deep.equal(['0']);
    expect(highWatermark).to.equal('2');
  });

  it('rejects an offset outside of the log, and accepts the end of the log', async () => {
    const topic = await kafka.createTopic();
    const connection = await kafka.connection();
    await produceBatch(connection, topic, [{ value: 'a' }]);
    expect(await fetchPartition(connection, topic, { offset: 2 })).to.include({ error: 'OFFSET_OUT_OF_RANGE' });
    expect(await fetchPartition(connection, topic, { offset: -1 })).to.include({ error: 'OFFSET_OUT_OF_RANGE' });
    const atEnd = await fetchPartition(connection, topic, { offset: 1, maxWaitTime: 0 });
    expect(atEnd).to.include({ error: 'NONE', highWatermark: '1' });
    expect(atEnd.messages).to.be.empty;
  });

  it('rejects an unknown partition and topic, and serves the other partitions of the request', async () => {
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

  it('answers without data when the maximum wait time has passed', async () => {
    const topic = await kafka.createTopic();
    const connection = await kafka.connection();
    const started = performance.now();
    const { error, messages } = await fetchPartition(connection, topic, { maxWaitTime: 150 });
    expect(performance.now() - started).to.be.greaterThan(140);
    expect({ error, messages }).to.deep.equal({ error: 'NONE', messages: [] });
  });

  it('waits for the partitions that exist when the request names unknown ones, too', async () => {
    const topic = await kafka.createTopic();
    const connection = await kafka.connection();
    const started = performance.now();
    const { responses } = await connection.ask('Fetch', 11, fetchOf([kafka.topicName(), 0], [topic, 7], [topic, 0]));
    expect(performance.now() - started).to.be.greaterThan(140);
    const errors = responses.flatMap(({ partitions }) => partitions.map(({ partition, error }) => [partition, error]));
    expect(errors).to.have.deep.members([
      [0, 'UNKNOWN_TOPIC_OR_PARTITION'],
      [7, 'UNKNOWN_TOPIC_OR_PARTITION'],
      [0, 'NONE'],
    ]);
  });

  it('answers at once when the request names only partitions that are unknown, or none', async () => {
    const idle = await kafka.createTopic();
    const connection = await kafka.connection();
    // A machine that is busy answers late, and never five times: a wait would be as long each time.
    const took: number[] = [];
    for (let tries = 0; tries < 5; tries++) {
      const started = performance.now();
      await connection.ask('Fetch', 11, { ...fetchOf([kafka.topicName(), 0], [idle, 7]), maxWaitTime: 1_500 });
      await connection.ask('Fetch', 11, { ...fetchOf(), maxWaitTime: 1_500 });
      took.push(performance.now() - started);
    }
    expect(Math.min(...took)).to.be.lessThan(250);
  });

  it('answers at once when the minimum number of bytes is 0 or the offset is out of range', async () => {
    const topic = await kafka.createTopic();
    const connection = await kafka.connection();
    const started = performance.now();
    await fetchPartition(connection, topic, { maxWaitTime: 10_000, minBytes: 0 });
    await fetchPartition(connection, topic, { maxWaitTime: 10_000, offset: 5 });
    expect(performance.now() - started).to.be.lessThan(5_000);
  });

  it('answers a waiting fetch when a message arrives', async () => {
    const topic = await kafka.createTopic();
    const [reader, writer] = [await kafka.connection(), await kafka.connection()];
    const started = performance.now();
    const fetched = (async () => {
      // A broker may cap the wait of a fetch: then the test fetches again.
      for (;;) {
        const { messages } = await fetchPartition(reader, topic, { maxWaitTime: 15_000 });
        if (messages.length > 0) return messages;
      }
    })();
    await produceBatch(writer, topic, [{ value: 'a' }]);
    expect(String(only(await fetched).value)).to.equal('a');
    expect(performance.now() - started).to.be.lessThan(10_000);
  });

  it('answers every fetch that waits for the same partition', async () => {
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

  it('waits for the maximum time when fewer bytes than the minimum are there', async () => {
    const topic = await kafka.createTopic();
    const [reader, writer] = [await kafka.connection(), await kafka.connection()];
    await produceBatch(writer, topic, [{ value: 'a' }]);
    const started = performance.now();
    const { messages } = await fetchPartition(reader, topic, { maxWaitTime: 150, minBytes: 10_000 });
    expect(performance.now() - started).to.be.greaterThan(140);
    expect(messages).to.have.lengthOf(1);
  });

  it('rejects a leader epoch above the current one', async () => {
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

  it('rejects an unknown fetch session', async () => {
    const topic = await kafka.createTopic();
    const connection = await kafka.connection();
    const answer = await connection.ask('Fetch', 11, { ...fetchRequest(topic), sessionId: 12_345, sessionEpoch: 1 });
    expect(answer).to.deep.include({ error: 'FETCH_SESSION_ID_NOT_FOUND', sessionId: 0, responses: [] });
  });
});

/** A fetch that waits for 150 ms for the partitions. */
function fetchOf(...partitions: readonly (readonly [topic: string, partition: number])[]): object {
  const topics = partitions.map(([topic, partition]) => ({ topic, partitions: [{ partition, fetchOffset: '0', maxBytes: 1_000 }] }));
  return { ...fetchRequest('', { maxWaitTime: 150 }), topics };
}
