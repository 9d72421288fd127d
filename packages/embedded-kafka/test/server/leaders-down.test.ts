import { expect } from 'chai';
import { errorCodes } from '../../src/core/error-codes.ts';
import { EmbeddedKafka } from '../../src/index.ts';
import { zeroUuid } from '../../src/wire/codecs/field-spec.ts';
import { ask } from '../support/ask.ts';

describe('a partition of brokers of which some are down', () => {
  let kafka: EmbeddedKafka;
  beforeEach(async () => {
    kafka = await EmbeddedKafka.start({ brokers: 3, topics: { orders: 1 } });
  });
  afterEach(() => kafka.stop());

  /** What the broker says of the only partition. */
  const described = async (nodeId: number): Promise<object | undefined> => {
    const unasked = { includeClusterAuthorizedOperations: false, includeTopicAuthorizedOperations: false };
    const asked = { ...unasked, topics: [{ name: 'orders', topicId: zeroUuid }] };
    return (await ask(kafka.brokers[nodeId - 1] ?? '', 'Metadata', 9, asked)).topics[0]?.partitions[0];
  };
  const reassign = async (nodeId: number, ...replicas: number[]): Promise<number | undefined> => {
    const topics = [{ name: 'orders', partitions: [{ partitionIndex: 0, replicas }] }];
    const { responses } = await ask(kafka.brokers[nodeId - 1] ?? '', 'AlterPartitionReassignments', 0, { topics });
    return responses[0]?.partitions[0]?.errorCode;
  };

  it('is led by the first new replica that is up', async () => {
    await kafka.broker(2).stop();
    expect(await reassign(1, 2, 3)).to.equal(errorCodes.NONE);
    expect(await described(1)).to.include({ errorCode: errorCodes.NONE, leaderId: 3 });
  });

  it('keeps its leader while no new replica is up', async () => {
    await kafka.broker(2).stop();
    expect(await reassign(1, 2)).to.equal(errorCodes.NONE);
    expect(await described(1)).to.include({ errorCode: errorCodes.NONE, leaderId: 1 });
  });

  it('has no leader while the broker is down that led it last, and has it again when that broker returns', async () => {
    for (const nodeId of [1, 2, 3]) await kafka.broker(nodeId).stop();
    await kafka.broker(1).start();
    const absent = { errorCode: errorCodes.LEADER_NOT_AVAILABLE, leaderId: -1, offlineReplicas: [3] };
    expect(await described(1)).to.deep.include(absent);
    await kafka.broker(3).start();
    expect(await described(1)).to.deep.include({ errorCode: errorCodes.NONE, leaderId: 3, offlineReplicas: [] });
  });

  it('is led by a new replica when the broker is down that led it last', async () => {
    for (const nodeId of [1, 2, 3]) await kafka.broker(nodeId).stop();
    await kafka.broker(1).start();
    expect(await reassign(1, 3, 1)).to.equal(errorCodes.NONE);
    expect(await described(1)).to.include({ errorCode: errorCodes.NONE, leaderId: 1 });
  });

  it('is not created for replicas that are all down', async () => {
    await kafka.broker(2).stop();
    const topic = { name: 'payments', numPartitions: -1, replicationFactor: -1, configs: [] };
    const assignments = [{ partitionIndex: 0, brokerIds: [2] }];
    const created = await ask(kafka.brokers[0] ?? '', 'CreateTopics', 5, { topics: [{ ...topic, assignments }] });
    const grown = await ask(kafka.brokers[0] ?? '', 'CreatePartitions', 3, {
      topics: [{ name: 'orders', count: 2, assignments: [{ brokerIds: [2] }] }],
      timeoutMs: 1_000,
      validateOnly: false,
    });
    const errors = [created.topics[0]?.errorCode, grown.results[0]?.errorCode];
    expect(errors).to.deep.equal([errorCodes.INVALID_REPLICA_ASSIGNMENT, errorCodes.INVALID_REPLICA_ASSIGNMENT]);
  });
});
