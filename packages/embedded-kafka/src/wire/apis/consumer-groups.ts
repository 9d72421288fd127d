export const ConsumerGroupHeartbeat = {
  key: 68,
  versions: { min: 0, max: 1 },
  flexibleFrom: 0,
  request: {
    groupId: 'string',
    memberId: 'string',
    memberEpoch: 'int32',
    instanceId: 'string nullable = null',
    rackId: 'string nullable = null',
    rebalanceTimeoutMs: 'int32 = -1',
    subscribedTopicNames: 'string[] nullable = null',
    subscribedTopicRegex: 'string 1+ nullable = null',
    serverAssignor: 'string nullable = null',
    topicPartitions: ['struct[] nullable = null', { topicId: 'uuid', partitions: 'int32[]' }],
  },
  response: {
    throttleTimeMs: 'int32 = 0',
    errorCode: 'int16',
    errorMessage: 'string nullable = null',
    memberId: 'string nullable = null',
    memberEpoch: 'int32',
    heartbeatIntervalMs: 'int32',
    assignment: ['struct nullable = null', { topicPartitions: ['struct[]', { topicId: 'uuid', partitions: 'int32[]' }] }],
  },
} as const;

export const ConsumerGroupDescribe = {
  key: 69,
  versions: { min: 0, max: 1 },
  flexibleFrom: 0,
  request: {
    groupIds: 'string[]',
    includeAuthorizedOperations: 'bool',
  },
  response: {
    throttleTimeMs: 'int32 = 0',
    groups: [
      'struct[]',
      {
        errorCode: 'int16',
        errorMessage: 'string nullable = null',
        groupId: 'string',
        groupState: 'string',
        groupEpoch: 'int32',
        assignmentEpoch: 'int32',
        assignorName: 'string',
        members: [
          'struct[]',
          {
            memberId: 'string',
            instanceId: 'string nullable = null',
            rackId: 'string nullable = null',
            memberEpoch: 'int32',
            clientId: 'string',
            clientHost: 'string',
            subscribedTopicNames: 'string[]',
            subscribedTopicRegex: 'string nullable = null',
            assignment: ['struct', { topicPartitions: ['struct[]', { topicId: 'uuid', topicName: 'string', partitions: 'int32[]' }] }],
            targetAssignment: [
              'struct',
              { topicPartitions: ['struct[]', { topicId: 'uuid', topicName: 'string', partitions: 'int32[]' }] },
            ],
            memberType: 'int8 1+ = -1',
          },
        ],
        authorizedOperations: 'int32 = -2147483648',
      },
    ],
  },
} as const;
