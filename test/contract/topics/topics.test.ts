import { expect } from 'chai';
import { zeroUuid } from '../../../packages/embedded-kafka/src/wire/codecs/field-spec.ts';
import { ask } from '../../../packages/embedded-kafka/test/support/ask.ts';
import { errorName, outcome } from '../support/error-name.ts';
import { commitOffset, fetchPartition, listOffset, only, produceBatch } from '../support/requests.ts';
import { until } from '../support/until.ts';
import { useKafka } from '../support/use-kafka.ts';

describe('contract: topics', () => {
  const kafka = useKafka();
  const partitionsOf = async (topic: string): Promise<readonly number[]> => {
    const { topics } = await kafka.admin.fetchTopicMetadata({ topics: [topic] });
    return only(topics)
      .partitions.map(({ partitionId }) => partitionId)
      .toSorted((a, b) => a - b);
  };
  const create = (topic: string, options: object = {}): Promise<string> =>
    outcome(kafka.admin.createTopics({ topics: [{ topic, ...options }], waitForLeaders: false }));

  it('creates the requested partitions, each with a leader and an in-sync replica', async () => {
    const topic = await kafka.createTopic({ partitions: 3 });
    const { topics } = await kafka.admin.fetchTopicMetadata({ topics: [topic] });
    const { brokers } = await kafka.admin.describeCluster();
    const ids = brokers.map(({ nodeId }) => nodeId);
    expect(await partitionsOf(topic)).to.deep.equal([0, 1, 2]);
    for (const { partitionErrorCode, leader, replicas, isr } of only(topics).partitions) {
      expect(partitionErrorCode).to.equal(0);
      expect(ids).to.include(leader);
      expect([replicas, isr]).to.deep.equal([[leader], [leader]]);
    }
  });

  it('creates the default number of partitions when the request has -1', async () => {
    const topic = kafka.topicName();
    expect(await create(topic, { numPartitions: -1, replicationFactor: -1 })).to.equal('NONE');
    await until(async () => (await kafka.admin.listTopics()).includes(topic));
    expect(await partitionsOf(topic)).to.deep.equal([0]);
  });

  it('does not create a topic that exists', async () => {
    const topic = await kafka.createTopic();
    // kafkajs returns false for a topic that exists already.
    expect(await kafka.admin.createTopics({ topics: [{ topic }] })).to.equal(false);
  });

  it('rejects a request that names a topic twice', async () => {
    const topic = kafka.topicName();
    const connection = await kafka.connection();
    const topics = [topic, topic].map((name) => ({ topic: name, numPartitions: 1, replicationFactor: 1 }));
    const { topicErrors } = await connection.ask('CreateTopics', 2, { topics, validateOnly: false, timeout: 5_000 });
    expect(only(topicErrors)).to.include({ error: 'INVALID_REQUEST' });
    expect(await kafka.admin.listTopics()).to.not.include(topic);
  });

  for (const [what, name] of [
    ['is empty', ''],
    ['holds a space', 'a b'],
    ['holds a slash', 'a/b'],
    ['is a dot', '.'],
    ['is two dots', '..'],
    ['is longer than 249 characters', 'x'.repeat(250)],
  ] as const) {
    it(`rejects a name that ${what}`, async () => {
      const connection = await kafka.connection();
      const topics = [{ topic: name, numPartitions: 1, replicationFactor: 1 }];
      const { topicErrors } = await connection.ask('CreateTopics', 2, { topics, validateOnly: false, timeout: 5_000 });
      expect(only(topicErrors)).to.include({ error: 'INVALID_TOPIC_EXCEPTION' });
    });
  }

  it('rejects invalid numbers of partitions and replicas', async () => {
    expect(await create(kafka.topicName(), { numPartitions: 0 })).to.equal('INVALID_PARTITIONS');
    expect(await create(kafka.topicName(), { replicationFactor: 0 })).to.equal('INVALID_REPLICATION_FACTOR');
    expect(await create(kafka.topicName(), { replicationFactor: 99 })).to.equal('INVALID_REPLICATION_FACTOR');
  });

  const validate = async (...topics: readonly { name: string; numPartitions: number }[]): Promise<unknown[]> => {
    const asked = topics.map((topic) => ({ ...topic, replicationFactor: 1, assignments: [], configs: [] }));
    const answer = await ask(kafka.broker(), 'CreateTopics', 5, { topics: asked, validateOnly: true });
    return answer.topics.map(({ errorCode, errorMessage }) => [errorName(errorCode), errorMessage]);
  };

  it('rejects a name that differs from that of a topic only in dots and underscores', async () => {
    const base = kafka.topicName();
    const [topic, other] = [`${base}.a.b`, `${base}.a_b`];
    expect(await create(topic)).to.equal('NONE');
    await until(async () => (await kafka.admin.listTopics()).includes(topic));
    const collides = ['INVALID_TOPIC_EXCEPTION', `Topic '${other}' collides with existing topic: ${topic}`];
    expect(await validate({ name: other, numPartitions: 1 })).to.deep.equal([collides]);
    const asked = { allowAutoTopicCreation: true, includeClusterAuthorizedOperations: false, includeTopicAuthorizedOperations: false };
    const { topics } = await ask(kafka.broker(), 'Metadata', 8, { ...asked, topics: [{ name: other, topicId: zeroUuid }] });
    expect(errorName(only(topics).errorCode), 'when it would be created automatically').to.equal('UNKNOWN_TOPIC_OR_PARTITION');
    await kafka.admin.deleteTopics({ topics: [topic] });
    await until(async () => !(await kafka.admin.listTopics()).includes(topic));
    expect(await validate({ name: other, numPartitions: 1 })).to.deep.equal([['NONE', null]]);
  });

  it('rejects a request for more than 10,000 partitions, of one topic or of all', async () => {
    const excessive = ['POLICY_VIOLATION', 'Excessively large number of partitions per request.'];
    const topic = await kafka.createTopic();
    const many = (numPartitions: number): { name: string; numPartitions: number } => ({ name: kafka.topicName(), numPartitions });
    expect(await validate(many(10_001))).to.deep.equal([excessive]);
    expect(await validate(many(100_000_000))).to.deep.equal([excessive]);
    expect(await validate(many(5_000), many(5_001))).to.deep.equal([excessive, excessive]);
    const topicPartitions = [{ topic, count: 10_002 }];
    // Apache Kafka 3.9 rejects it without a reason.
    const errors = ['POLICY_VIOLATION', 'UNKNOWN'];
    expect(await outcome(kafka.admin.createPartitions({ topicPartitions, validateOnly: true }))).to.be.oneOf(errors);
  });

  it('rejects unknown configs and invalid values', async () => {
    const invalid = (name: string, value: string): Promise<string> => create(kafka.topicName(), { configEntries: [{ name, value }] });
    expect(await invalid('no.such.config', '1')).to.equal('INVALID_CONFIG');
    expect(await invalid('retention.ms', 'soon')).to.equal('INVALID_CONFIG');
    expect(await invalid('cleanup.policy', 'burn')).to.equal('INVALID_CONFIG');
  });

  it('creates the valid topics of a request when another one is invalid', async () => {
    const [good, bad] = [kafka.topicName(), kafka.topicName()];
    const topics = [{ topic: good }, { topic: bad, numPartitions: 0 }];
    expect(await outcome(kafka.admin.createTopics({ topics }))).to.equal('INVALID_PARTITIONS');
    await until(async () => (await kafka.admin.listTopics()).includes(good));
    expect(await kafka.admin.listTopics()).to.not.include(bad);
  });

  it('creates nothing when the request only validates', async () => {
    const topic = kafka.topicName();
    expect(await kafka.admin.createTopics({ validateOnly: true, topics: [{ topic }], waitForLeaders: false })).to.equal(true);
    const refused = kafka.admin.createTopics({ validateOnly: true, topics: [{ topic, numPartitions: 0 }], waitForLeaders: false });
    expect(await outcome(refused)).to.equal('INVALID_PARTITIONS');
    expect(await kafka.admin.listTopics()).to.not.include(topic);
  });

  it('creates partitions by a replica assignment', async () => {
    const topic = kafka.topicName();
    const [broker] = (await kafka.admin.describeCluster()).brokers;
    const replicaAssignment = [0, 1].map((partition) => ({ partition, replicas: [broker?.nodeId] }));
    expect(await create(topic, { numPartitions: -1, replicationFactor: -1, replicaAssignment })).to.equal('NONE');
    await until(async () => (await kafka.admin.listTopics()).includes(topic));
    expect(await partitionsOf(topic)).to.deep.equal([0, 1]);
    const nowhere = [{ partition: 0, replicas: [12_345] }];
    const refused = create(kafka.topicName(), { numPartitions: -1, replicationFactor: -1, replicaAssignment: nowhere });
    expect(await refused).to.equal('INVALID_REPLICA_ASSIGNMENT');
  });

  it('deletes a topic, and rejects its second deletion and later requests for it', async () => {
    const topic = await kafka.createTopic();
    expect(await outcome(kafka.admin.deleteTopics({ topics: [topic] }))).to.equal('NONE');
    await until(async () => !(await kafka.admin.listTopics()).includes(topic));
    const connection = await kafka.connection();
    const again = await connection.ask('DeleteTopics', 1, { topics: [topic], timeout: 5_000 });
    expect(only(again.topicErrors)).to.include({ error: 'UNKNOWN_TOPIC_OR_PARTITION' });
    expect(await produceBatch(connection, topic, [{ value: 'a' }])).to.include({ error: 'UNKNOWN_TOPIC_OR_PARTITION' });
    expect(await listOffset(connection, topic, -1)).to.include({ error: 'UNKNOWN_TOPIC_OR_PARTITION' });
  });

  it('creates an empty topic when one of the same name was deleted', async () => {
    const topic = await kafka.createTopic();
    const connection = await kafka.connection();
    await produceBatch(connection, topic, [{ value: 'old' }]);
    await commitOffset(connection, kafka.groupId(), topic, 1);
    await kafka.admin.deleteTopics({ topics: [topic] });
    await until(async () => !(await kafka.admin.listTopics()).includes(topic));
    expect(await create(topic)).to.equal('NONE');
    // Apache Kafka opens the partition a moment after it has answered.
    await until(async () => (await listOffset(connection, topic, -1)).error === 'NONE');
    expect(await produceBatch(connection, topic, [{ value: 'new' }])).to.include({ error: 'NONE', baseOffset: '0' });
    const { messages } = await fetchPartition(connection, topic);
    expect(messages.map(({ value }) => String(value))).to.deep.equal(['new']);
  });

  it('adds partitions without losing records, and rejects a lower number', async () => {
    const topic = await kafka.createTopic({ partitions: 2 });
    const connection = await kafka.connection();
    await produceBatch(connection, topic, [{ value: 'a' }], { partition: 1 });
    const grow = (count: number): Promise<string> => outcome(kafka.admin.createPartitions({ topicPartitions: [{ topic, count }] }));
    expect(await grow(4)).to.equal('NONE');
    await until(async () => (await partitionsOf(topic)).length === 4);
    expect(await partitionsOf(topic)).to.deep.equal([0, 1, 2, 3]);
    expect(await listOffset(connection, topic, -1, { partition: 1 })).to.include({ offset: '1' });
    expect([await grow(4), await grow(1)]).to.deep.equal(['INVALID_PARTITIONS', 'INVALID_PARTITIONS']);
    const unknown = { topicPartitions: [{ topic: kafka.topicName(), count: 4 }] };
    expect(await outcome(kafka.admin.createPartitions(unknown))).to.equal('UNKNOWN_TOPIC_OR_PARTITION');
  });

  it('creates a topic when a producer with allowAutoTopicCreation sends to it', async () => {
    const topic = kafka.topicName();
    const producer = await kafka.producer({ allowAutoTopicCreation: true });
    await producer.send({ topic, messages: [{ value: 'a' }] });
    expect(await kafka.admin.listTopics()).to.include(topic);
  });
});
