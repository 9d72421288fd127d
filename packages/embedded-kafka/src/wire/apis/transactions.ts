export const InitProducerId = {
  key: 22,
  versions: { min: 0, max: 5 },
  flexibleFrom: 2,
  request: {
    transactionalId: 'string nullable',
    transactionTimeoutMs: 'int32',
    producerId: 'int64 3+ = -1',
    producerEpoch: 'int16 3+ = -1',
  },
  response: {
    throttleTimeMs: 'int32 = 0',
    errorCode: 'int16',
    producerId: 'int64 = -1',
    producerEpoch: 'int16',
  },
} as const;

export const AddPartitionsToTxn = {
  key: 24,
  versions: { min: 0, max: 3 },
  flexibleFrom: 3,
  request: {
    v3AndBelowTransactionalId: 'string',
    v3AndBelowProducerId: 'int64',
    v3AndBelowProducerEpoch: 'int16',
    v3AndBelowTopics: ['struct[]', { name: 'string', partitions: 'int32[]' }],
  },
  response: {
    throttleTimeMs: 'int32 = 0',
    resultsByTopicV3AndBelow: [
      'struct[]',
      {
        name: 'string',
        resultsByPartition: ['struct[]', { partitionIndex: 'int32', partitionErrorCode: 'int16' }],
      },
    ],
  },
} as const;

export const AddOffsetsToTxn = {
  key: 25,
  versions: { min: 0, max: 4 },
  flexibleFrom: 3,
  request: {
    transactionalId: 'string',
    producerId: 'int64',
    producerEpoch: 'int16',
    groupId: 'string',
  },
  response: {
    throttleTimeMs: 'int32 = 0',
    errorCode: 'int16',
  },
} as const;

export const EndTxn = {
  key: 26,
  versions: { min: 0, max: 4 },
  flexibleFrom: 3,
  request: {
    transactionalId: 'string',
    producerId: 'int64',
    producerEpoch: 'int16',
    committed: 'bool',
  },
  response: {
    throttleTimeMs: 'int32 = 0',
    errorCode: 'int16',
  },
} as const;

export const TxnOffsetCommit = {
  key: 28,
  versions: { min: 0, max: 4 },
  flexibleFrom: 3,
  request: {
    transactionalId: 'string',
    groupId: 'string',
    producerId: 'int64',
    producerEpoch: 'int16',
    generationId: 'int32 3+ = -1',
    memberId: "string 3+ = ''",
    groupInstanceId: 'string 3+ nullable = null',
    topics: [
      'struct[]',
      {
        name: 'string',
        partitions: [
          'struct[]',
          {
            partitionIndex: 'int32',
            committedOffset: 'int64',
            committedLeaderEpoch: 'int32 2+ = -1',
            committedMetadata: 'string nullable',
          },
        ],
      },
    ],
  },
  response: {
    throttleTimeMs: 'int32 = 0',
    topics: [
      'struct[]',
      {
        name: 'string',
        partitions: ['struct[]', { partitionIndex: 'int32', errorCode: 'int16' }],
      },
    ],
  },
} as const;
