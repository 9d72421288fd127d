import { expect } from 'chai';
import { Kafka, logLevel, Partitioners, type Admin } from 'kafkajs';
import { errorCodes } from '../../src/core/error-codes.ts';
import { EmbeddedKafka } from '../../src/index.ts';
import { ask } from '../support/ask.ts';

/** kafkajs' `ConfigResourceTypes.TOPIC`, which it does not export to ES modules. */
const topicResource = 2;

describe('an admin client of EmbeddedKafka', () => {
  let broker: EmbeddedKafka;
  let kafka: Kafka;
  let admin: Admin;

  before(async () => {
    broker = await EmbeddedKafka.start({ brokers: 2 });
    kafka = new Kafka({ clientId: 'test', brokers: broker.brokers, logLevel: logLevel.NOTHING });
    admin = kafka.admin();
    await admin.connect();
  });
  after(async () => {
    await admin.disconnect();
    await broker.stop();
  });

  async function produce(topic: string, values: readonly string[]): Promise<void> {
    const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
    await producer.connect();
    await producer.send({ topic, messages: values.map((value) => ({ value })) });
    await producer.disconnect();
  }

  it('shows a config with its source, and changes it at once', async () => {
    const configEntries = [{ name: 'max.message.bytes', value: '200' }];
    await admin.createTopics({ topics: [{ topic: 'small', numPartitions: 1, configEntries }] });
    const resource = { type: topicResource, name: 'small' };
    const ask = { ...resource, configNames: ['max.message.bytes'] };
    const { resources } = await admin.describeConfigs({ resources: [ask], includeSynonyms: false });
    expect(resources[0]?.configEntries[0]).to.include({ configName: 'max.message.bytes', configValue: '200', isDefault: false });
    const refused = await produce('small', ['x'.repeat(300)]).catch((error: Error) => error.message);
    expect(refused).to.match(/larger than the max message size/);

    await admin.alterConfigs({ validateOnly: false, resources: [{ ...resource, configEntries: [] }] });

    await produce('small', ['x'.repeat(300)]);
  });

  it('receives an error for an unknown config and for an invalid value', async () => {
    for (const entry of [
      { name: 'no.such.config', value: '1' },
      { name: 'cleanup.policy', value: 'burn' },
      { name: 'retention.ms', value: 'soon' },
    ]) {
      const created = admin.createTopics({ topics: [{ topic: 'refused', numPartitions: 1, configEntries: [entry] }] });
      expect(await created.catch((error: Error) => error.name)).to.match(/Error/);
    }
    expect(await admin.listTopics()).to.not.include('refused');
  });

  it('adds partitions, and deletes records up to an offset', async () => {
    await admin.createTopics({ topics: [{ topic: 'growing', numPartitions: 1 }] });
    await produce('growing', ['a', 'b', 'c']);

    await admin.createPartitions({ topicPartitions: [{ topic: 'growing', count: 3 }] });
    // kafkajs finds the leaders only of topics whose metadata it requested before.
    await admin.fetchTopicOffsets('growing');
    await admin.deleteTopicRecords({ topic: 'growing', partitions: [{ partition: 0, offset: '2' }] });

    expect(await admin.fetchTopicOffsets('growing')).to.have.deep.members([
      { partition: 0, offset: '3', high: '3', low: '2' },
      { partition: 1, offset: '0', high: '0', low: '0' },
      { partition: 2, offset: '0', high: '0', low: '0' },
    ]);
    const fewer = admin.createPartitions({ topicPartitions: [{ topic: 'growing', count: 2 }] });
    expect(await fewer.catch((error: Error) => error.name)).to.match(/Error/);
  });

  it('receives all configs of a new topic, which Java clients read unchecked (KIP-525)', async () => {
    const configs = [{ name: 'retention.ms', value: '7' }];
    const topic = { name: 'told', numPartitions: 2, replicationFactor: 1, assignments: [], configs };
    const { topics } = await ask(broker.brokers[0] ?? '', 'CreateTopics', 7, { topics: [topic], validateOnly: false });
    const told = topics[0]?.configs?.filter(({ name }) => name === 'retention.ms' || name === 'cleanup.policy');
    expect(told?.map(({ name, value, configSource }) => [name, value, configSource])).to.deep.equal([
      ['cleanup.policy', 'delete', 5],
      ['retention.ms', '7', 1],
    ]);
  });

  it('adds partitions with assignments only when each new partition has one, to existing brokers', async () => {
    await admin.createTopics({ topics: [{ topic: 'assigned', numPartitions: 1 }] });
    const grow = async (...assignments: number[][]): Promise<number | undefined> => {
      const asked = { name: 'assigned', count: 3, assignments: assignments.map((brokerIds) => ({ brokerIds })) };
      const body = { topics: [asked], timeoutMs: 1_000, validateOnly: false };
      return (await ask(broker.brokers[0] ?? '', 'CreatePartitions', 3, body)).results[0]?.errorCode;
    };
    const refused = [await grow(), await grow([1]), await grow([1], []), await grow([1], [3])];
    expect(refused).to.deep.equal(refused.map(() => errorCodes.INVALID_REPLICA_ASSIGNMENT));
    expect(await grow([1], [2])).to.equal(errorCodes.NONE);
    expect(broker.topic('assigned').partitions).to.equal(3);
  });

  it('adds 10,000 partitions at most in one request, to one topic or to all', async () => {
    await admin.createTopics({ topics: ['first', 'second'].map((topic) => ({ topic, numPartitions: 1 })) });
    const grow = async (...counts: number[]): Promise<(number | undefined)[]> => {
      const topics = counts.map((count, index) => ({ name: ['first', 'second'][index] ?? '', count, assignments: null }));
      const body = { topics, timeoutMs: 1_000, validateOnly: true };
      return (await ask(broker.brokers[0] ?? '', 'CreatePartitions', 3, body)).results.map(({ errorCode }) => errorCode);
    };
    const { NONE, POLICY_VIOLATION } = errorCodes;
    expect(await grow(10_001)).to.deep.equal([NONE]);
    expect(await grow(10_002)).to.deep.equal([POLICY_VIOLATION]);
    expect(await grow(5_002, 5_001)).to.deep.equal([POLICY_VIOLATION, POLICY_VIOLATION]);
  });

  it('describes and lists a group, and deletes it only when it has no members', async () => {
    await admin.createTopics({ topics: [{ topic: 'watched', numPartitions: 1 }] });
    const consumer = kafka.consumer({ groupId: 'watchers', maxWaitTimeInMs: 100 });
    const joined = new Promise<unknown>((resolve) => consumer.on(consumer.events.GROUP_JOIN, resolve));
    await consumer.connect();
    await consumer.subscribe({ topic: 'watched' });
    await consumer.run({ eachMessage: async () => {} });
    await joined;

    const { groups } = await admin.describeGroups(['watchers']);
    expect(groups[0]).to.include({ state: 'Stable', protocolType: 'consumer' });
    expect(groups[0]?.members).to.have.length(1);
    expect((await admin.listGroups()).groups).to.deep.include({ groupId: 'watchers', protocolType: 'consumer' });
    expect(await admin.deleteGroups(['watchers']).catch((error: Error) => error.name)).to.match(/DeleteGroups/);

    await consumer.disconnect();
    await admin.setOffsets({ groupId: 'watchers', topic: 'watched', partitions: [{ partition: 0, offset: '0' }] });
    await admin.deleteGroups(['watchers']);
    expect((await admin.listGroups()).groups).to.deep.equal([]);
    expect((await admin.describeGroups(['watchers'])).groups[0]?.state).to.equal('Dead');
  });
});
