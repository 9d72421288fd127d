import { expect } from 'chai';
import { errorCodes } from '../../src/core/error-codes.ts';
import { EmbeddedKafka } from '../../src/index.ts';
import { zeroUuid } from '../../src/wire/codecs/field-spec.ts';
import { ask } from '../support/ask.ts';

describe('a broker that does not lead or coordinate', () => {
  let kafka: EmbeddedKafka;
  let elsewhere: string;
  const unasked = { includeClusterAuthorizedOperations: false, includeTopicAuthorizedOperations: false };
  const noBytes = Buffer.alloc(0);
  const groupId = 'group';
  const member = { groupId, memberId: 'm', generationId: 1 };
  const producer = { transactionalId: groupId, producerId: 1, producerEpoch: 0 };

  before(async () => {
    kafka = await EmbeddedKafka.start({ brokers: 2, topics: { orders: 2 } });
    const { nodeId } = await ask(kafka.brokers[0] ?? '', 'FindCoordinator', 3, { key: groupId, keyType: 0 });
    // Node ids start at 1, in the order of the brokers.
    elsewhere = kafka.brokers[nodeId === 1 ? 1 : 0] ?? '';
  });
  after(() => kafka.stop());

  it('sends members of a group to their coordinator', async () => {
    const join = { groupId, memberId: '', sessionTimeoutMs: 10_000, protocolType: 'consumer', protocols: [] };
    const offsets = [{ name: 'orders', partitions: [{ partitionIndex: 0, committedOffset: 1, committedMetadata: '' }] }];
    const errors = [
      (await ask(elsewhere, 'JoinGroup', 5, join)).errorCode,
      (await ask(elsewhere, 'SyncGroup', 3, { ...member, assignments: [] })).errorCode,
      (await ask(elsewhere, 'Heartbeat', 3, member)).errorCode,
      (await ask(elsewhere, 'LeaveGroup', 2, member)).errorCode,
      (await ask(elsewhere, 'OffsetCommit', 5, { ...member, topics: offsets })).topics[0]?.partitions[0]?.errorCode,
      (await ask(elsewhere, 'OffsetFetch', 4, { groupId, topics: null })).errorCode,
      (await ask(elsewhere, 'OffsetFetch', 8, { groups: [{ groupId, topics: null }] })).groups[0]?.errorCode,
      (await ask(elsewhere, 'OffsetDelete', 0, { groupId, topics: [] })).errorCode,
      (await ask(elsewhere, 'DescribeGroups', 4, { groups: [groupId], includeAuthorizedOperations: false })).groups[0]?.errorCode,
      (await ask(elsewhere, 'DeleteGroups', 1, { groupsNames: [groupId] })).results[0]?.errorCode,
      (await ask(elsewhere, 'TxnOffsetCommit', 2, { ...producer, groupId, topics: offsets })).topics[0]?.partitions[0]?.errorCode,
    ];
    expect(errors).to.deep.equal(errors.map(() => errorCodes.NOT_COORDINATOR));
  });

  it('sends transactional producers to their coordinator', async () => {
    const partitions = {
      v3AndBelowTransactionalId: groupId,
      v3AndBelowProducerId: 1,
      v3AndBelowProducerEpoch: 0,
      v3AndBelowTopics: [{ name: 'orders', partitions: [0] }],
    };
    const added = await ask(elsewhere, 'AddPartitionsToTxn', 1, partitions);
    const errors = [
      (await ask(elsewhere, 'InitProducerId', 1, { transactionalId: groupId, transactionTimeoutMs: 60_000 })).errorCode,
      added.resultsByTopicV3AndBelow[0]?.resultsByPartition[0]?.partitionErrorCode,
      (await ask(elsewhere, 'AddOffsetsToTxn', 1, { ...producer, groupId })).errorCode,
      (await ask(elsewhere, 'EndTxn', 1, { ...producer, committed: true })).errorCode,
    ];
    expect(errors).to.deep.equal(errors.map(() => errorCodes.NOT_COORDINATOR));
  });

  it('sends producers and consumers of a partition to its leader, which every broker names', async () => {
    const [first = ''] = kafka.brokers;
    const { topics } = await ask(first, 'Metadata', 6, { topics: [{ topicId: zeroUuid, name: 'orders' }], ...unasked });
    expect(topics[0]?.partitions.map(({ leaderId }) => leaderId)).to.deep.equal([1, 2]);
    const name = 'orders';
    const partition = { partition: 1, fetchOffset: 0, partitionMaxBytes: 1_000, replicaDirectoryId: zeroUuid };
    const fetched = await ask(first, 'Fetch', 11, {
      maxWaitMs: 0,
      minBytes: 0,
      topics: [{ topic: name, topicId: zeroUuid, partitions: [partition] }],
    });
    const listed = await ask(first, 'ListOffsets', 3, {
      replicaId: -1,
      isolationLevel: 0,
      timeoutMs: 1_000,
      topics: [{ name, partitions: [{ partitionIndex: 1, timestamp: -1 }] }],
    });
    const produced = await ask(first, 'Produce', 7, {
      acks: -1,
      timeoutMs: 1_000,
      topicData: [{ name, partitionData: [{ index: 1, records: noBytes }] }],
    });
    const deleted = await ask(first, 'DeleteRecords', 1, {
      topics: [{ name, partitions: [{ partitionIndex: 1, offset: 0 }] }],
      timeoutMs: 1_000,
    });
    const epochs = await ask(first, 'OffsetForLeaderEpoch', 3, {
      topics: [{ topic: name, partitions: [{ partition: 1, leaderEpoch: 0 }] }],
    });
    const errors = [
      fetched.responses[0]?.partitions[0]?.errorCode,
      listed.topics[0]?.partitions[0]?.errorCode,
      produced.responses[0]?.partitionResponses[0]?.errorCode,
      deleted.topics[0]?.partitions[0]?.errorCode,
      epochs.topics[0]?.partitions[0]?.errorCode,
    ];
    expect(errors).to.deep.equal(errors.map(() => errorCodes.NOT_LEADER_OR_FOLLOWER));
  });

  it('rejects a fetch session, an unknown topic id and a leader epoch that is too new', async () => {
    const [first = ''] = kafka.brokers;
    const session = await ask(first, 'Fetch', 11, { maxWaitMs: 0, minBytes: 0, sessionId: 5, topics: [] });
    expect(session.errorCode).to.equal(errorCodes.FETCH_SESSION_ID_NOT_FOUND);
    const { topics } = await ask(first, 'Metadata', 12, { topics: [{ topicId: zeroUuid, name: null }], ...unasked });
    expect(topics[0]?.errorCode).to.equal(errorCodes.UNKNOWN_TOPIC_ID);
    const partition = { partition: 0, fetchOffset: 0, partitionMaxBytes: 1_000, replicaDirectoryId: zeroUuid, currentLeaderEpoch: 9 };
    const ahead = await ask(first, 'Fetch', 11, {
      maxWaitMs: 0,
      minBytes: 0,
      topics: [{ topic: 'orders', topicId: zeroUuid, partitions: [partition] }],
    });
    expect(ahead.responses[0]?.partitions[0]?.errorCode).to.equal(errorCodes.UNKNOWN_LEADER_EPOCH);
    const byId = await ask(first, 'Fetch', 13, {
      maxWaitMs: 0,
      minBytes: 0,
      topics: [{ topic: '', topicId: zeroUuid, partitions: [partition] }],
    });
    expect(byId.responses[0]?.partitions[0]?.errorCode).to.equal(errorCodes.UNKNOWN_TOPIC_ID);
  });

  it('describes the whole cluster', async () => {
    const { brokers, controllerId } = await ask(elsewhere, 'DescribeCluster', 1, { includeClusterAuthorizedOperations: false });
    expect(brokers.map(({ brokerId }) => brokerId)).to.deep.equal([1, 2]);
    expect(controllerId).to.equal(1);
  });

  it('changes one config of a topic and keeps the others', async () => {
    const [first = ''] = kafka.brokers;
    const resource = { resourceType: 2, resourceName: 'orders' };
    const alter = async (name: string, configOperation: number, value: string | null): Promise<number | undefined> => {
      const configs = [{ name, configOperation, value }];
      const answer = await ask(first, 'IncrementalAlterConfigs', 1, { resources: [{ ...resource, configs }], validateOnly: false });
      return answer.responses[0]?.errorCode;
    };
    const value = async (name: string): Promise<string | null | undefined> => {
      const answer = await ask(first, 'DescribeConfigs', 4, {
        resources: [{ ...resource, configurationKeys: [name] }],
        includeSynonyms: true,
      });
      return answer.results[0]?.configs[0]?.value;
    };
    expect(await alter('retention.ms', 0, '5000')).to.equal(errorCodes.NONE);
    expect(await alter('cleanup.policy', 2, 'compact')).to.equal(errorCodes.NONE);
    expect([await value('retention.ms'), await value('cleanup.policy')]).to.deep.equal(['5000', 'delete,compact']);
    expect(await alter('cleanup.policy', 3, 'delete')).to.equal(errorCodes.NONE);
    expect(await alter('retention.ms', 1, null)).to.equal(errorCodes.NONE);
    expect([await value('retention.ms'), await value('cleanup.policy')]).to.deep.equal(['604800000', 'compact']);
    expect(await alter('retention.ms', 0, 'soon')).to.equal(errorCodes.INVALID_CONFIG);
  });
});
