export const Fetch = {
  key: 1,
  versions: { min: 4, max: 17 },
  flexibleFrom: 12,
  request: {
    clusterId: 'string 12+ nullable tag 0 = null',
    replicaId: 'int32 4-14 = -1',
    replicaState: ['struct 15+ tag 1', { replicaId: 'int32 = -1', replicaEpoch: 'int64 = -1' }],
    maxWaitMs: 'int32',
    minBytes: 'int32',
    maxBytes: 'int32 = 2147483647',
    isolationLevel: 'int8 = 0',
    sessionId: 'int32 7+ = 0',
    sessionEpoch: 'int32 7+ = -1',
    topics: [
      'struct[]',
      {
        topic: 'string 4-12',
        topicId: 'uuid 13+',
        partitions: [
          'struct[]',
          {
            partition: 'int32',
            currentLeaderEpoch: 'int32 9+ = -1',
            fetchOffset: 'int64',
            lastFetchedEpoch: 'int32 12+ = -1',
            logStartOffset: 'int64 5+ = -1',
            partitionMaxBytes: 'int32',
            replicaDirectoryId: 'uuid 17+ tag 0',
          },
        ],
      },
    ],
    forgottenTopicsData: ['struct[] 7+ = []', { topic: 'string 7-12', topicId: 'uuid 13+', partitions: 'int32[]' }],
    rackId: "string 11+ = ''",
  },
  response: {
    throttleTimeMs: 'int32 = 0',
    errorCode: 'int16 7+',
    sessionId: 'int32 7+ = 0',
    responses: [
      'struct[]',
      {
        topic: 'string 4-12',
        topicId: 'uuid 13+',
        partitions: [
          'struct[]',
          {
            partitionIndex: 'int32',
            errorCode: 'int16',
            highWatermark: 'int64',
            lastStableOffset: 'int64 = -1',
            logStartOffset: 'int64 5+ = -1',
            divergingEpoch: ['struct 12+ tag 0', { epoch: 'int32 = -1', endOffset: 'int64 = -1' }],
            currentLeader: ['struct 12+ tag 1', { leaderId: 'int32 = -1', leaderEpoch: 'int32 = -1' }],
            snapshotId: ['struct 12+ tag 2', { endOffset: 'int64 = -1', epoch: 'int32 = -1' }],
            abortedTransactions: ['struct[] nullable', { producerId: 'int64', firstOffset: 'int64' }],
            preferredReadReplica: 'int32 11+ = -1',
            records: 'records nullable',
          },
        ],
      },
    ],
    nodeEndpoints: ['struct[] 16+ tag 0', { nodeId: 'int32', host: 'string', port: 'int32', rack: 'string nullable = null' }],
  },
} as const;

export const ListOffsets = {
  key: 2,
  versions: { min: 1, max: 10 },
  flexibleFrom: 6,
  request: {
    replicaId: 'int32',
    isolationLevel: 'int8 2+',
    topics: [
      'struct[]',
      {
        name: 'string',
        partitions: ['struct[]', { partitionIndex: 'int32', currentLeaderEpoch: 'int32 4+ = -1', timestamp: 'int64' }],
      },
    ],
    timeoutMs: 'int32 10+',
  },
  response: {
    throttleTimeMs: 'int32 2+ = 0',
    topics: [
      'struct[]',
      {
        name: 'string',
        partitions: [
          'struct[]',
          {
            partitionIndex: 'int32',
            errorCode: 'int16',
            timestamp: 'int64 = -1',
            offset: 'int64 = -1',
            leaderEpoch: 'int32 4+ = -1',
          },
        ],
      },
    ],
  },
} as const;

export const OffsetForLeaderEpoch = {
  key: 23,
  versions: { min: 2, max: 4 },
  flexibleFrom: 4,
  request: {
    replicaId: 'int32 3+ = -2',
    topics: [
      'struct[]',
      {
        topic: 'string',
        partitions: ['struct[]', { partition: 'int32', currentLeaderEpoch: 'int32 = -1', leaderEpoch: 'int32' }],
      },
    ],
  },
  response: {
    throttleTimeMs: 'int32 = 0',
    topics: [
      'struct[]',
      {
        topic: 'string',
        partitions: ['struct[]', { errorCode: 'int16', partition: 'int32', leaderEpoch: 'int32 = -1', endOffset: 'int64 = -1' }],
      },
    ],
  },
} as const;
