import { expect } from 'chai';
import { errorCodes } from '../../src/core/error-codes.ts';
import { EmbeddedKafka, EmbeddedKafkaError } from '../../src/index.ts';
import { ask } from '../support/ask.ts';

const [topicResource, brokerResource] = [2, 4];

describe('the configs of several embedded brokers', () => {
  let kafka: EmbeddedKafka;
  beforeEach(async () => {
    kafka = await EmbeddedKafka.start({ brokers: 2, topics: { orders: 2 }, defaultPartitions: 3 });
  });
  afterEach(() => kafka.stop());

  /** Replaces what was set for a broker, or for all when the name is empty. */
  async function alter(resourceName: string, wanted: Readonly<Record<string, string | null>>, nodeId = 1): Promise<number | undefined> {
    const configs = Object.entries(wanted).map(([name, value]) => ({ name, value }));
    const resources = [{ resourceType: brokerResource, resourceName, configs }];
    return (await ask(kafka.brokers[nodeId - 1] ?? '', 'AlterConfigs', 2, { resources, validateOnly: false })).responses[0]?.errorCode;
  }

  /** Values with their sources, the one that applies first. */
  async function synonyms(resource: { resourceType: number; resourceName: string }, name: string, nodeId = 1): Promise<unknown> {
    const resources = [{ ...resource, configurationKeys: [name] }];
    const { results } = await ask(kafka.brokers[nodeId - 1] ?? '', 'DescribeConfigs', 4, { resources, includeSynonyms: true });
    return results[0]?.configs[0]?.synonyms.map(({ value, source }) => [value, source]);
  }

  it('are of one broker or of all, and the broker’s own win', async () => {
    expect(await alter('', { 'message.max.bytes': '200' })).to.equal(errorCodes.NONE);
    expect(await alter('2', { 'message.max.bytes': '300' }, 2)).to.equal(errorCodes.NONE);
    const orders = { resourceType: topicResource, resourceName: 'orders' };
    const byDefault = [
      ['200', 3],
      ['1048588', 5],
    ];
    expect(await synonyms({ resourceType: brokerResource, resourceName: '1' }, 'message.max.bytes')).to.deep.equal(byDefault);
    expect(await synonyms(orders, 'max.message.bytes')).to.deep.equal(byDefault);
    expect(await synonyms(orders, 'max.message.bytes', 2)).to.deep.equal([['300', 2], ...byDefault]);
    expect(await synonyms({ resourceType: brokerResource, resourceName: '' }, 'message.max.bytes')).to.deep.equal([['200', 3]]);
  });

  it('apply to the partitions that the broker leads, until another broker leads them', async () => {
    expect(await alter('1', { 'message.max.bytes': '200' })).to.equal(errorCodes.NONE);
    const topic = kafka.topic('orders');
    topic.moveLeader(0, 1);
    expect(() => topic.append(0, [{ value: 'x'.repeat(300) }])).to.throw(EmbeddedKafkaError, 'exceeds the maximum configured value of 200');
    topic.moveLeader(0, 2);
    expect(topic.append(0, [{ value: 'x'.repeat(300) }])).to.equal(0);
  });

  it('are forgotten when AlterConfigs does not name them', async () => {
    expect(await alter('1', { 'message.max.bytes': '200', 'log.retention.ms': '5' })).to.equal(errorCodes.NONE);
    expect(await alter('1', { 'log.retention.ms': '7' })).to.equal(errorCodes.NONE);
    const orders = { resourceType: topicResource, resourceName: 'orders' };
    expect(await synonyms(orders, 'max.message.bytes')).to.deep.equal([['1048588', 5]]);
    expect(await synonyms(orders, 'retention.ms')).to.deep.equal([['7', 2]]);
  });

  it('show what an option of the cluster gives to all', async () => {
    const broker = { resourceType: brokerResource, resourceName: '1' };
    expect(await synonyms(broker, 'num.partitions')).to.deep.equal([
      ['3', 4],
      ['1', 5],
    ]);
    expect(await synonyms(broker, 'broker.id')).to.deep.equal([
      ['1', 4],
      ['-1', 5],
    ]);
  });

  it('show the replication factor that new topics have, and that it is fixed', async () => {
    const broker = { resourceType: brokerResource, resourceName: '1' };
    expect(await synonyms(broker, 'default.replication.factor')).to.deep.equal([['1', 5]]);
    expect(await alter('1', { 'default.replication.factor': '2' })).to.equal(errorCodes.INVALID_REQUEST);
  });

  it('are rejected for a broker that another one is asked about, and when they are null', async () => {
    expect(await alter('2', { 'message.max.bytes': '200' })).to.equal(errorCodes.INVALID_REQUEST);
    expect(await alter('1', { 'message.max.bytes': null })).to.equal(errorCodes.INVALID_REQUEST);
    expect(await alter('one', {})).to.equal(errorCodes.INVALID_REQUEST);
  });

  it('are described for a new topic that takes them over', async () => {
    expect(await alter('', { 'log.retention.ms': '5' })).to.equal(errorCodes.NONE);
    const topic = { name: 'told', numPartitions: 1, replicationFactor: 1, assignments: [], configs: [] };
    const { topics } = await ask(kafka.brokers[0] ?? '', 'CreateTopics', 7, { topics: [topic], validateOnly: false });
    const told = topics[0]?.configs?.find(({ name }) => name === 'retention.ms');
    expect([told?.value, told?.configSource]).to.deep.equal(['5', 3]);
  });
});

describe('a reassignment of an embedded broker’s partition', () => {
  it('makes the first new replica the leader, unless the leader is one of them', async () => {
    await using kafka = await EmbeddedKafka.start({ brokers: 3, topics: { orders: 1 } });
    const reassign = async (...replicas: number[]): Promise<number | undefined> => {
      const topics = [{ name: 'orders', partitions: [{ partitionIndex: 0, replicas }] }];
      await ask(kafka.brokers[0] ?? '', 'AlterPartitionReassignments', 1, { topics });
      const metadata = await ask(kafka.brokers[0] ?? '', 'Metadata', 9, {
        topics: [{ name: 'orders', topicId: '00000000-0000-0000-0000-000000000000' }],
        allowAutoTopicCreation: false,
        includeClusterAuthorizedOperations: false,
        includeTopicAuthorizedOperations: false,
      });
      return metadata.topics[0]?.partitions[0]?.leaderId;
    };
    expect(await reassign(3, 2)).to.equal(3);
    expect(await reassign(2, 3)).to.equal(3);
    expect(await reassign(1, 2)).to.equal(1);
  });

  it('is rejected when there is none to cancel', async () => {
    await using kafka = await EmbeddedKafka.start({ topics: { orders: 1 } });
    const topics = [{ name: 'orders', partitions: [{ partitionIndex: 0, replicas: null }] }];
    const { responses } = await ask(kafka.brokers[0] ?? '', 'AlterPartitionReassignments', 0, { topics });
    expect(responses[0]?.partitions[0]?.errorCode).to.equal(errorCodes.NO_REASSIGNMENT_IN_PROGRESS);
  });
});
