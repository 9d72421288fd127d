import type { ApiName, RequestToEncode } from '../../../src/wire/apis/apis.ts';
import { zeroUuid } from '../../../src/wire/codecs/field-spec.ts';

/** The arguments of kafkajs' encoder of an API, by its own names, and the request that they must encode. */
export interface KafkajsRequest {
  readonly api: ApiName;
  readonly args: unknown;
  readonly body: unknown;
}

function request<A extends ApiName>(api: A, args: unknown, body: RequestToEncode<A>): KafkajsRequest {
  return { api, args, body };
}

const metadata = Buffer.from([0, 1, 2, 3]);
const authBytes = Buffer.from('\0user\0secret');
// kafkajs' mechanisms put the size before the bytes themselves.
const sizedAuthBytes = Buffer.concat([Buffer.from([0, 0, 0, authBytes.length]), authBytes]);
const replicaId = -1;

/** Every API that kafkajs has an encoder for, except Produce, whose records kafkajs encodes itself. */
export const kafkajsRequests: readonly KafkajsRequest[] = [
  request(
    'Fetch',
    {
      isolationLevel: 1,
      maxWaitTime: 500,
      minBytes: 1,
      maxBytes: 1024,
      rackId: 'rack-1',
      topics: [{ topic: 'orders', partitions: [{ partition: 3, fetchOffset: '42', maxBytes: 512 }] }],
    },
    {
      isolationLevel: 1,
      maxWaitMs: 500,
      minBytes: 1,
      maxBytes: 1024,
      rackId: 'rack-1',
      topics: [{ topic: 'orders', topicId: zeroUuid, partitions: [{ partition: 3, fetchOffset: 42, partitionMaxBytes: 512 }] }],
    },
  ),
  request(
    'ListOffsets',
    { replicaId, isolationLevel: 1, topics: [{ topic: 'orders', partitions: [{ partition: 3, timestamp: 1_700_000_000_000 }] }] },
    {
      replicaId,
      isolationLevel: 1,
      timeoutMs: 0,
      topics: [{ name: 'orders', partitions: [{ partitionIndex: 3, timestamp: 1_700_000_000_000 }] }],
    },
  ),
  request(
    'Metadata',
    { topics: ['orders', 'shipments'], allowAutoTopicCreation: false },
    {
      topics: ['orders', 'shipments'].map((name) => ({ name, topicId: zeroUuid })),
      allowAutoTopicCreation: false,
      includeClusterAuthorizedOperations: false,
      includeTopicAuthorizedOperations: false,
    },
  ),
  request(
    'OffsetCommit',
    {
      groupId: 'group',
      groupGenerationId: 7,
      memberId: 'member',
      retentionTime: -1,
      topics: [
        {
          topic: 'orders',
          partitions: [
            { partition: 3, offset: '42', metadata: 'note' },
            { partition: 4, offset: '43' },
          ],
        },
      ],
    },
    {
      groupId: 'group',
      generationIdOrMemberEpoch: 7,
      memberId: 'member',
      topics: [
        {
          name: 'orders',
          partitions: [
            { partitionIndex: 3, committedOffset: 42, committedMetadata: 'note' },
            { partitionIndex: 4, committedOffset: 43, committedMetadata: null },
          ],
        },
      ],
    },
  ),
  request(
    'OffsetFetch',
    { groupId: 'group', topics: [{ topic: 'orders', partitions: [{ partition: 3 }, { partition: 4 }] }] },
    { groupId: 'group', topics: [{ name: 'orders', partitionIndexes: [3, 4] }] },
  ),
  request('FindCoordinator', { groupId: 'group', coordinatorKey: 'group', coordinatorType: 1 }, { key: 'group', keyType: 1 }),
  request(
    'JoinGroup',
    {
      groupId: 'group',
      sessionTimeout: 30_000,
      rebalanceTimeout: 60_000,
      memberId: 'member',
      groupInstanceId: 'instance',
      protocolType: 'consumer',
      groupProtocols: [{ name: 'range', metadata }, { name: 'none' }],
    },
    {
      groupId: 'group',
      sessionTimeoutMs: 30_000,
      rebalanceTimeoutMs: 60_000,
      memberId: 'member',
      groupInstanceId: 'instance',
      protocolType: 'consumer',
      protocols: [
        { name: 'range', metadata },
        { name: 'none', metadata: Buffer.alloc(0) },
      ],
    },
  ),
  request(
    'SyncGroup',
    {
      groupId: 'group',
      generationId: 7,
      memberId: 'member',
      groupInstanceId: 'instance',
      groupAssignment: [{ memberId: 'member', memberAssignment: metadata }],
    },
    {
      groupId: 'group',
      generationId: 7,
      memberId: 'member',
      groupInstanceId: 'instance',
      assignments: [{ memberId: 'member', assignment: metadata }],
    },
  ),
  request(
    'Heartbeat',
    { groupId: 'group', groupGenerationId: 7, memberId: 'member', groupInstanceId: 'instance' },
    { groupId: 'group', generationId: 7, memberId: 'member', groupInstanceId: 'instance' },
  ),
  request(
    'LeaveGroup',
    { groupId: 'group', memberId: 'member' },
    { groupId: 'group', memberId: 'member', members: [{ memberId: 'member' }] },
  ),
  request('DescribeGroups', { groupIds: ['group', 'other'] }, { groups: ['group', 'other'], includeAuthorizedOperations: false }),
  request('ListGroups', {}, { statesFilter: [], typesFilter: [] }),
  request('DeleteGroups', ['group', 'other'], { groupsNames: ['group', 'other'] }),
  request('SaslHandshake', { mechanism: 'PLAIN' }, { mechanism: 'PLAIN' }),
  request('SaslAuthenticate', { authBytes: sizedAuthBytes }, { authBytes }),
  request('ApiVersions', {}, { clientSoftwareName: '', clientSoftwareVersion: '' }),
  request(
    'CreateTopics',
    {
      timeout: 5000,
      validateOnly: true,
      topics: [
        {
          topic: 'orders',
          numPartitions: 2,
          replicationFactor: 1,
          replicaAssignment: [{ partition: 0, replicas: [1, 2] }],
          configEntries: [{ name: 'cleanup.policy', value: 'compact' }],
        },
        { topic: 'shipments' },
      ],
    },
    {
      timeoutMs: 5000,
      validateOnly: true,
      topics: [
        {
          name: 'orders',
          numPartitions: 2,
          replicationFactor: 1,
          assignments: [{ partitionIndex: 0, brokerIds: [1, 2] }],
          configs: [{ name: 'cleanup.policy', value: 'compact' }],
        },
        { name: 'shipments', numPartitions: -1, replicationFactor: -1, assignments: [], configs: [] },
      ],
    },
  ),
  request('DeleteTopics', { topics: ['orders'], timeout: 5000 }, { topicNames: ['orders'], timeoutMs: 5000 }),
  request(
    'DeleteRecords',
    { timeout: 5000, topics: [{ topic: 'orders', partitions: [{ partition: 3, offset: '-1' }] }] },
    { timeoutMs: 5000, topics: [{ name: 'orders', partitions: [{ partitionIndex: 3, offset: -1 }] }] },
  ),
  request(
    'CreatePartitions',
    {
      timeout: 5000,
      validateOnly: true,
      topicPartitions: [
        { topic: 'orders', count: 4, assignments: [[1], [2]] },
        { topic: 'shipments', count: 2 },
      ],
    },
    {
      timeoutMs: 5000,
      validateOnly: true,
      topics: [
        { name: 'orders', count: 4, assignments: [{ brokerIds: [1] }, { brokerIds: [2] }] },
        { name: 'shipments', count: 2, assignments: null },
      ],
    },
  ),
  request(
    'DescribeConfigs',
    {
      includeSynonyms: true,
      resources: [
        { type: 2, name: 'orders', configNames: ['retention.ms'] },
        { type: 4, name: '1' },
      ],
    },
    {
      includeSynonyms: true,
      resources: [
        { resourceType: 2, resourceName: 'orders', configurationKeys: ['retention.ms'] },
        { resourceType: 4, resourceName: '1', configurationKeys: null },
      ],
    },
  ),
  request(
    'AlterConfigs',
    { validateOnly: true, resources: [{ type: 2, name: 'orders', configEntries: [{ name: 'retention.ms', value: '1' }] }] },
    { validateOnly: true, resources: [{ resourceType: 2, resourceName: 'orders', configs: [{ name: 'retention.ms', value: '1' }] }] },
  ),
  request(
    'AlterPartitionReassignments',
    { timeout: 1234, topics: [{ topic: 'orders', partitionAssignment: [{ partition: 3, replicas: [2, 1] }] }] },
    { timeoutMs: 1234, topics: [{ name: 'orders', partitions: [{ partitionIndex: 3, replicas: [2, 1] }] }] },
  ),
  request(
    'ListPartitionReassignments',
    { timeout: 1234, topics: [{ topic: 'orders', partitions: [3, 4] }] },
    { timeoutMs: 1234, topics: [{ name: 'orders', partitionIndexes: [3, 4] }] },
  ),
  request('InitProducerId', { transactionalId: 'tx', transactionTimeout: 60_000 }, { transactionalId: 'tx', transactionTimeoutMs: 60_000 }),
  request(
    'AddPartitionsToTxn',
    { transactionalId: 'tx', producerId: '4000', producerEpoch: 2, topics: [{ topic: 'orders', partitions: [0, 1] }] },
    {
      v3AndBelowTransactionalId: 'tx',
      v3AndBelowProducerId: 4000,
      v3AndBelowProducerEpoch: 2,
      v3AndBelowTopics: [{ name: 'orders', partitions: [0, 1] }],
    },
  ),
  request(
    'AddOffsetsToTxn',
    { transactionalId: 'tx', producerId: '4000', producerEpoch: 2, groupId: 'group' },
    { transactionalId: 'tx', producerId: 4000, producerEpoch: 2, groupId: 'group' },
  ),
  request(
    'EndTxn',
    { transactionalId: 'tx', producerId: '4000', producerEpoch: 2, transactionResult: true },
    { transactionalId: 'tx', producerId: 4000, producerEpoch: 2, committed: true },
  ),
  request(
    'TxnOffsetCommit',
    {
      transactionalId: 'tx',
      groupId: 'group',
      producerId: '4000',
      producerEpoch: 2,
      topics: [{ topic: 'orders', partitions: [{ partition: 3, offset: '42', metadata: null }] }],
    },
    {
      transactionalId: 'tx',
      groupId: 'group',
      producerId: 4000,
      producerEpoch: 2,
      topics: [{ name: 'orders', partitions: [{ partitionIndex: 3, committedOffset: 42, committedMetadata: null }] }],
    },
  ),
];
