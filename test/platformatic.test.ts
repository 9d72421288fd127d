import { randomUUID } from 'node:crypto';
import { ConfigResourceTypes, IncrementalAlterConfigOperationTypes, ListOffsetTimestamps, ProtocolError } from '@platformatic/kafka';
import { EmbeddedKafka } from '@tracelink/embedded-kafka';
import { kafkaUnderTest } from '@tracelink/testing';
import { expect } from 'chai';
import { until } from './contract/support/until.ts';
import { nextAssignment, PlatformaticClients, Received, type TextMessage } from './platformatic-clients.ts';

const compressions = ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const;

interface Brokers extends AsyncDisposable {
  readonly brokers: string[];
}

const under: Readonly<Record<string, () => Promise<Brokers>>> = {
  'on the broker under test': kafkaUnderTest,
  'on three brokers': () => EmbeddedKafka.start({ brokers: 3 }),
};

for (const [where, start] of Object.entries(under)) {
  describe(`@platformatic/kafka ${where}`, () => {
    let kafka: Brokers;
    let clients: PlatformaticClients;
    before('find the brokers', async () => {
      kafka = await start();
    });
    beforeEach(() => {
      clients = new PlatformaticClients(kafka.brokers);
    });
    afterEach('close the clients', () => clients.close());
    after('stop what was started', () => kafka[Symbol.asyncDispose]());

    const createTopic = async (partitions: number): Promise<string> => {
      const topic = `platformatic-${randomUUID()}`;
      await clients.admin().createTopics({ topics: [topic], partitions, replicas: 1 });
      // Every broker must know of the topic before one of them is asked for it.
      await until(async () => (await clients.admin().listTopics()).includes(topic));
      return topic;
    };

    it('reads in order of keys what it wrote by each compression, with headers, and commits it', async () => {
      const topic = await createTopic(3);
      const groupId = `group-${topic}`;
      for (const compression of compressions) {
        const messages = Array.from({ length: 60 }, (_, index) => ({
          topic,
          key: `key-${index % 7}`,
          value: `${compression}-${index}`,
          headers: { compression, index: String(index) },
        }));
        await clients.producer({ compression, idempotent: true, acks: -1 }).send({ messages });
      }
      const consumer = clients.consumer(groupId);
      const received = new Received();
      await received.from(consumer, [topic]);
      const all = await received.count(300);

      for (const { value, headerEntries } of all) {
        const [compression = '', index = ''] = value.split('-');
        expect(headerEntries).to.deep.equal([
          ['compression', compression],
          ['index', index],
        ]);
      }
      const partitions = Object.groupBy(all, ({ partition }) => partition);
      for (const messages of Object.values(partitions)) {
        expect(messages?.map(({ offset }) => Number(offset))).to.deep.equal(messages?.map((_, index) => index));
      }
      for (const [key, messages = []] of Object.entries(Object.groupBy(all, (message) => message.key))) {
        const number = Number(key.slice('key-'.length));
        const indexes = Array.from({ length: 60 }, (_, index) => index).filter((index) => index % 7 === number);
        expect(new Set(messages.map(({ partition }) => partition))).to.have.property('size', 1);
        expect(messages.map(({ value }) => value)).to.deep.equal(
          compressions.flatMap((compression) => indexes.map((index) => `${compression}-${index}`)),
        );
      }

      const ends = Object.values(partitions).map((messages: TextMessage[] | undefined = []) => ({
        topic,
        partition: messages[0]?.partition ?? -1,
        offset: BigInt(messages.length),
        leaderEpoch: -1,
      }));
      await consumer.commit({ offsets: ends });
      const committed = await consumer.listCommittedOffsets({ topics: [{ topic, partitions: [0, 1, 2] }] });
      expect(committed.get(topic)).to.deep.equal([0, 1, 2].map((partition) => BigInt(partitions[partition]?.length ?? -1)));
    });

    it('shares partitions between two members, and gives those of the one that leaves to the other', async () => {
      const topic = await createTopic(4);
      const groupId = `group-${topic}`;
      const [stays, leaves] = [clients.consumer(groupId), clients.consumer(groupId)];
      const received = new Received();
      const halves = Promise.all([stays, leaves].map((member) => nextAssignment(member, 2)));
      await received.from(stays, [topic]);
      await received.from(leaves, [topic]);
      expect((await halves).flat()).to.have.members([0, 1, 2, 3]);
      const toEach = (name: string): { topic: string; partition: number; value: string }[] =>
        [0, 1, 2, 3].map((partition) => ({ topic, partition, value: `${name}-${partition}` }));
      const producer = clients.producer();
      await producer.send({ messages: toEach('two'), acks: -1 });
      // While it reads the committed offsets after a rebalance this client goes on fetching: it may deliver a message twice.
      await received.until((values) => new Set(values).size === 4);
      expect(received.values).to.include.members(['two-0', 'two-1', 'two-2', 'two-3']);

      for (const member of [stays, leaves]) {
        const own = (member.assignments ?? []).flatMap(({ partitions }) => partitions);
        await member.commit({ offsets: own.map((partition) => ({ topic, partition, offset: 1n, leaderEpoch: -1 })) });
      }
      const all = nextAssignment(stays, 4);
      await leaves.close(true);
      expect(await all).to.deep.equal([0, 1, 2, 3]);
      const committed = await stays.listCommittedOffsets({ topics: [{ topic, partitions: [0, 1, 2, 3] }] });
      expect(committed.get(topic)).to.deep.equal([1n, 1n, 1n, 1n]);
      await producer.send({ messages: toEach('one'), acks: -1 });
      await received.until((values) => new Set(values).size === 8);
      expect(received.values).to.include.members(['one-0', 'one-1', 'one-2', 'one-3']);
    });

    it('shows committed transactions only, moves a group on with them, and is fenced by the next of its id', async () => {
      const topic = await createTopic(3);
      const groupId = `group-${topic}`;
      const source = await createTopic(1);
      await clients.producer().send({ messages: [{ topic: source, value: 'input' }], acks: -1 });
      const consumer = clients.consumer(groupId);
      const inputs = new Received();
      await inputs.from(consumer, [source]);
      const [input] = await inputs.count(1);
      const transactionalId = `id-${topic}`;
      const producer = clients.producer({ transactionalId, idempotent: true });
      const toAll = (name: string): { topic: string; partition: number; value: string }[] =>
        [0, 1, 2].map((partition) => ({ topic, partition, value: `${name}-${partition}` }));
      for (const name of ['aborted', 'committed']) {
        const transaction = await producer.beginTransaction();
        await transaction.send({ messages: toAll(name) });
        await transaction.addConsumer(consumer);
        if (input !== undefined) await transaction.addOffset(input);
        await (name === 'aborted' ? transaction.abort() : transaction.commit());
        const committed = async (): Promise<bigint | undefined> =>
          (await consumer.listCommittedOffsets({ topics: [{ topic: source, partitions: [0] }] })).get(source)?.[0];
        if (name === 'aborted') expect(await committed()).to.equal(-1n);
        else await until(async () => (await committed()) === 1n);
      }
      const received = new Received();
      await received.from(clients.consumer(`reads-${topic}`), [topic], { isolationLevel: 1 });
      await received.count(3);
      expect(received.values).to.have.members(['committed-0', 'committed-1', 'committed-2']);
      // An aborted message and its marker are before each committed one.
      expect(received.all.map(({ offset }) => offset)).to.deep.equal([2n, 2n, 2n]);

      const fenced = await producer.beginTransaction();
      // By itself this client asks as if it had an id already, which is the way to go on with it and not to fence another.
      const next = await clients.producer({ transactionalId, idempotent: true }).beginTransaction({ producerId: -1n, producerEpoch: -1 });
      await next.send({ messages: toAll('next') });
      const error = await fenced.send({ messages: toAll('fenced') }).catch((reason: unknown) => reason);
      expect(codesOf(error)).to.include('PRODUCER_FENCED');
      await next.commit();
      await received.count(6);
      expect(received.values.slice(3)).to.have.members(['next-0', 'next-1', 'next-2']);
    });

    it('administers topics, configs, records, offsets and groups', async () => {
      const admin = clients.admin();
      const topic = `platformatic-${randomUUID()}`;
      const configs = [{ name: 'max.message.bytes', value: '4711' }];
      const [created] = await admin.createTopics({ topics: [topic], partitions: 2, replicas: 1, configs });
      expect(created).to.include({ name: topic, partitions: 2, replicas: 1 });
      expect(created?.configuration).to.include({ 'max.message.bytes': '4711', 'cleanup.policy': 'delete' });
      await until(async () => (await clients.admin().listTopics()).includes(topic));
      const again = await admin.createTopics({ topics: [topic], partitions: 2, replicas: 1 }).catch((error: unknown) => error);
      expect(codesOf(again)).to.include('TOPIC_ALREADY_EXISTS');
      const grow = (assignments: { brokerIds: number[] }[] | null): Promise<unknown> =>
        admin.createPartitions({ topics: [{ name: topic, count: 3, assignments }] }).catch(codesOf);
      // One for each new partition, to brokers that there are; null leaves the choice to Kafka.
      for (const wrong of [[], [{ brokerIds: [] }], [{ brokerIds: [4_711] }], [{ brokerIds: [1] }, { brokerIds: [1] }]]) {
        expect(await grow(wrong)).to.include('INVALID_REPLICA_ASSIGNMENT');
      }
      expect(await grow(null)).to.equal(undefined);
      await until(async () => (await clients.admin().metadata({ topics: [topic] })).topics.get(topic)?.partitionsCount === 3);

      const resourceType = ConfigResourceTypes.TOPIC;
      const set = { name: 'retention.ms', value: '1234567', configOperation: IncrementalAlterConfigOperationTypes.SET };
      await admin.incrementalAlterConfigs({ resources: [{ resourceType, resourceName: topic, configs: [set] }] });
      const retention = async (): Promise<unknown> => {
        const resources = [{ resourceType, resourceName: topic, configurationKeys: ['retention.ms'] }];
        return (await admin.describeConfigs({ resources }))[0]?.configs.map(({ name, value }) => [name, value]);
      };
      await until(async () => JSON.stringify(await retention()) === '[["retention.ms","1234567"]]');

      const start = 1_700_000_000_000;
      const messages = Array.from({ length: 10 }, (_, index) => ({ topic, partition: 0, value: 'v', timestamp: BigInt(start + index) }));
      await clients.producer().send({ messages, acks: -1 });
      const deleted = await admin.deleteRecords({ topics: [{ name: topic, partitions: [{ partition: 0, offset: 4n }] }] });
      expect(deleted).to.deep.equal([{ name: topic, partitions: [{ partition: 0, lowWatermark: 4n }] }]);
      const offsetOf = async (timestamp: bigint): Promise<bigint | undefined> =>
        (await admin.listOffsets({ topics: [{ name: topic, partitions: [{ partitionIndex: 0, timestamp }] }] }))[0]?.partitions[0]?.offset;
      const { EARLIEST, LATEST, MAX } = ListOffsetTimestamps;
      expect(await Promise.all([EARLIEST, LATEST, MAX, BigInt(start + 6)].map(offsetOf))).to.deep.equal([4n, 10n, 9n, 6n]);

      const groupId = `group-${topic}`;
      const consumer = clients.consumer(groupId, { groupInstanceId: 'one' });
      const joined = nextAssignment(consumer, 3);
      await new Received().from(consumer, [topic]);
      await joined;
      const group = (await admin.describeGroups({ groups: [groupId] })).get(groupId);
      expect(group?.state).to.equal('Stable');
      expect(group?.members.values().next().value?.assignments?.get(topic)?.partitions).to.deep.equal([0, 1, 2]);
      expect([...(group?.members.values() ?? [])].map(({ groupInstanceId }) => groupInstanceId)).to.deep.equal(['one']);
      await consumer.commit({ offsets: [{ topic, partition: 0, offset: 7n, leaderEpoch: -1 }] });
      expect((await admin.listGroups()).get(groupId)?.protocolType).to.equal('consumer');
      await consumer.close(true);

      const offsets = await admin.listConsumerGroupOffsets({ groups: [groupId] });
      expect(offsets[0]?.topics[0]?.partitions.map(({ committedOffset }) => committedOffset)).to.deep.equal([7n]);
      await admin.deleteGroups({ groups: [groupId] });
      expect((await admin.listGroups()).has(groupId)).to.equal(false);
      await admin.deleteTopics({ topics: [topic] });
      await until(async () => !(await admin.listTopics()).includes(topic));
    });
  });
}

/** The codes of all errors of the broker behind what the client threw. */
function codesOf(error: unknown): string[] {
  const own = error instanceof ProtocolError ? [error.apiId] : [];
  const within = error instanceof AggregateError ? (error.errors as unknown[]) : [];
  const cause = error instanceof Error && error.cause !== undefined ? [error.cause] : [];
  return [...own, ...[...within, ...cause].flatMap(codesOf)].filter((code) => code !== undefined).map(String);
}
