import { expect } from 'chai';
import { errorCodes } from '../../src/core/error-codes.ts';
import { EmbeddedKafka } from '../../src/index.ts';
import { ask } from '../support/ask.ts';

/** The leaders of the partitions of `orders`, in their order. The topic is created when it is missing. */
async function leaders(kafka: EmbeddedKafka): Promise<number[] | undefined> {
  const { topics } = await ask(kafka.brokers[0] ?? '', 'Metadata', 8, {
    topics: [{ name: 'orders', topicId: '00000000-0000-0000-0000-000000000000' }],
    allowAutoTopicCreation: true,
    includeClusterAuthorizedOperations: false,
    includeTopicAuthorizedOperations: false,
  });
  return topics[0]?.partitions.map(({ leaderId }) => leaderId);
}

describe('replicas that a client assigns to brokers of EmbeddedKafka', () => {
  let kafka: EmbeddedKafka;
  beforeEach(async () => {
    kafka = await EmbeddedKafka.start({ brokers: 3 });
  });
  afterEach(() => kafka.stop());

  interface NewTopic {
    readonly numPartitions?: number;
    readonly replicationFactor?: number;
    /** Of each partition, the index and the brokers. */
    readonly assigned?: readonly (readonly [number, number[]])[];
  }

  async function create({ assigned = [], ...counts }: NewTopic): Promise<number | undefined> {
    const assignments = assigned.map(([partitionIndex, brokerIds]) => ({ partitionIndex, brokerIds }));
    const topic = { name: 'orders', numPartitions: -1, replicationFactor: -1, configs: [], ...counts, assignments };
    return (await ask(kafka.brokers[0] ?? '', 'CreateTopics', 5, { topics: [topic], validateOnly: false })).topics[0]?.errorCode;
  }

  async function grow(count: number, ...replicas: number[][]): Promise<number | undefined> {
    const topic = { name: 'orders', count, assignments: replicas.map((brokerIds) => ({ brokerIds })) };
    return (await ask(kafka.brokers[0] ?? '', 'CreatePartitions', 3, { topics: [topic], timeoutMs: 1_000, validateOnly: false })).results[0]
      ?.errorCode;
  }

  it('lead their partitions, the first of each, whatever the order in the request', async () => {
    const assigned = [
      [2, [1, 2]],
      [0, [3, 1]],
      [1, [3, 2]],
    ] as const;
    expect(await create({ assigned: assigned.map(([index, brokers]) => [index, [...brokers]]) })).to.equal(errorCodes.NONE);
    expect(await leaders(kafka)).to.deep.equal([3, 3, 1]);
    expect(await grow(5, [2, 1], [2, 3])).to.equal(errorCodes.NONE);
    expect(await leaders(kafka)).to.deep.equal([3, 3, 1, 2, 2]);
  });

  it('lead in the place of a first replica that is down', async () => {
    await kafka.broker(3).stop();
    expect(await create({ assigned: [[0, [3, 2]]] })).to.equal(errorCodes.NONE);
    expect(await leaders(kafka)).to.deep.equal([2]);
  });

  it('are rejected when brokers are missing, unknown, named twice or unequally many', async () => {
    const wrong: number[][][] = [[[]], [[4]], [[1, 1]], [[1, 2], [3]]];
    for (const replicas of wrong) {
      const assigned = replicas.map((brokers, index): [number, number[]] => [index, brokers]);
      expect(await create({ assigned }), JSON.stringify(replicas)).to.equal(errorCodes.INVALID_REPLICA_ASSIGNMENT);
    }
    expect(await create({ assigned: [[0, [1, 2]]] })).to.equal(errorCodes.NONE);
    for (const replicas of wrong)
      expect(await grow(1 + replicas.length, ...replicas), JSON.stringify(replicas)).to.equal(errorCodes.INVALID_REPLICA_ASSIGNMENT);
  });

  it('are rejected when their partitions have a gap or are named twice', async () => {
    const [gap, twice] = [
      [0, 2],
      [0, 0],
    ];
    for (const indexes of [gap, twice])
      expect(await create({ assigned: indexes.map((index) => [index, [1]]) })).to.equal(errorCodes.INVALID_REPLICA_ASSIGNMENT);
  });

  it('are rejected beside a partition count or a replication factor', async () => {
    expect(await create({ numPartitions: 1, assigned: [[0, [1]]] })).to.equal(errorCodes.INVALID_REQUEST);
    expect(await create({ replicationFactor: 1, assigned: [[0, [1]]] })).to.equal(errorCodes.INVALID_REQUEST);
  });
});

describe('a topic that is created while an embedded broker is down', () => {
  it('has leaders that are up', async () => {
    await using kafka = await EmbeddedKafka.start({ brokers: 2, defaultPartitions: 2 });
    await kafka.broker(2).stop();
    expect(await leaders(kafka)).to.deep.equal([1, 1]);
  });
});
