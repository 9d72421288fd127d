export const Metadata = {
  key: 3,
  versions: { min: 0, max: 12 },
  flexibleFrom: 9,
  request: {
    topics: ['struct[] nullable 1+', { topicId: 'uuid 10+', name: 'string nullable 10+' }],
    allowAutoTopicCreation: 'bool 4+ = true',
    includeClusterAuthorizedOperations: 'bool 8-10',
    includeTopicAuthorizedOperations: 'bool 8+',
  },
  response: {
    throttleTimeMs: 'int32 3+ = 0',
    brokers: ['struct[]', { nodeId: 'int32', host: 'string', port: 'int32', rack: 'string 1+ nullable = null' }],
    clusterId: 'string 2+ nullable = null',
    controllerId: 'int32 1+ = -1',
    topics: [
      'struct[]',
      {
        errorCode: 'int16',
        name: 'string nullable 12+',
        topicId: 'uuid 10+',
        isInternal: 'bool 1+ = false',
        partitions: [
          'struct[]',
          {
            errorCode: 'int16',
            partitionIndex: 'int32',
            leaderId: 'int32',
            leaderEpoch: 'int32 7+ = -1',
            replicaNodes: 'int32[]',
            isrNodes: 'int32[]',
            offlineReplicas: 'int32[] 5+ = []',
          },
        ],
        topicAuthorizedOperations: 'int32 8+ = -2147483648',
      },
    ],
    clusterAuthorizedOperations: 'int32 8-10 = -2147483648',
  },
} as const;

export const DescribeCluster = {
  key: 60,
  versions: { min: 0, max: 1 },
  flexibleFrom: 0,
  request: {
    includeClusterAuthorizedOperations: 'bool',
    endpointType: 'int8 1+ = 1',
  },
  response: {
    throttleTimeMs: 'int32 = 0',
    errorCode: 'int16',
    errorMessage: 'string nullable = null',
    endpointType: 'int8 1+ = 1',
    clusterId: 'string',
    controllerId: 'int32 = -1',
    brokers: ['struct[]', { brokerId: 'int32', host: 'string', port: 'int32', rack: 'string nullable = null' }],
    clusterAuthorizedOperations: 'int32 = -2147483648',
  },
} as const;

export const DescribeLogDirs = {
  key: 35,
  versions: { min: 1, max: 5 },
  flexibleFrom: 2,
  request: {
    topics: ['struct[] nullable', { topic: 'string', partitions: 'int32[]' }],
  },
  response: {
    throttleTimeMs: 'int32 = 0',
    errorCode: 'int16 3+',
    results: [
      'struct[]',
      {
        errorCode: 'int16',
        logDir: 'string',
        topics: [
          'struct[]',
          {
            name: 'string',
            partitions: ['struct[]', { partitionIndex: 'int32', partitionSize: 'int64', offsetLag: 'int64', isFutureKey: 'bool' }],
          },
        ],
        totalBytes: 'int64 4+ = -1',
        usableBytes: 'int64 4+ = -1',
        isCordoned: 'bool 5+ = false',
      },
    ],
  },
} as const;
