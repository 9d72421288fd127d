export const CreateTopics = {
  key: 19,
  versions: { min: 2, max: 7 },
  flexibleFrom: 5,
  request: {
    topics: [
      'struct[]',
      {
        name: 'string',
        numPartitions: 'int32',
        replicationFactor: 'int16',
        assignments: ['struct[]', { partitionIndex: 'int32', brokerIds: 'int32[]' }],
        configs: ['struct[]', { name: 'string', value: 'string nullable' }],
      },
    ],
    timeoutMs: 'int32 = 60000',
    validateOnly: 'bool = false',
  },
  response: {
    throttleTimeMs: 'int32 = 0',
    topics: [
      'struct[]',
      {
        name: 'string',
        topicId: 'uuid 7+',
        errorCode: 'int16',
        errorMessage: 'string nullable = null',
        topicConfigErrorCode: 'int16 5+ tag 0',
        numPartitions: 'int32 5+ = -1',
        replicationFactor: 'int16 5+ = -1',
        configs: [
          'struct[] 5+ nullable',
          {
            name: 'string',
            value: 'string nullable',
            readOnly: 'bool',
            configSource: 'int8 = -1',
            isSensitive: 'bool',
          },
        ],
      },
    ],
  },
} as const;

export const DeleteTopics = {
  key: 20,
  versions: { min: 1, max: 6 },
  flexibleFrom: 4,
  request: {
    topics: ['struct[] 6+ = []', { name: 'string nullable = null', topicId: 'uuid' }],
    topicNames: 'string[] 1-5 = []',
    timeoutMs: 'int32',
  },
  response: {
    throttleTimeMs: 'int32 = 0',
    responses: [
      'struct[]',
      {
        name: 'string nullable 6+',
        topicId: 'uuid 6+',
        errorCode: 'int16',
        errorMessage: 'string 5+ nullable = null',
      },
    ],
  },
} as const;

export const DeleteRecords = {
  key: 21,
  versions: { min: 0, max: 2 },
  flexibleFrom: 2,
  request: {
    topics: [
      'struct[]',
      {
        name: 'string',
        partitions: ['struct[]', { partitionIndex: 'int32', offset: 'int64' }],
      },
    ],
    timeoutMs: 'int32',
  },
  response: {
    throttleTimeMs: 'int32 = 0',
    topics: [
      'struct[]',
      {
        name: 'string',
        partitions: ['struct[]', { partitionIndex: 'int32', lowWatermark: 'int64', errorCode: 'int16' }],
      },
    ],
  },
} as const;

export const CreatePartitions = {
  key: 37,
  versions: { min: 0, max: 3 },
  flexibleFrom: 2,
  request: {
    topics: [
      'struct[]',
      {
        name: 'string',
        count: 'int32',
        assignments: ['struct[] nullable', { brokerIds: 'int32[]' }],
      },
    ],
    timeoutMs: 'int32',
    validateOnly: 'bool',
  },
  response: {
    throttleTimeMs: 'int32 = 0',
    results: ['struct[]', { name: 'string', errorCode: 'int16', errorMessage: 'string nullable = null' }],
  },
} as const;
