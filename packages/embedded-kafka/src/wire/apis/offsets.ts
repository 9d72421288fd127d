export const OffsetCommit = {
  key: 8,
  versions: { min: 2, max: 9 },
  flexibleFrom: 8,
  request: {
    groupId: 'string',
    generationIdOrMemberEpoch: 'int32 = -1',
    memberId: 'string',
    groupInstanceId: 'string 7+ nullable = null',
    retentionTimeMs: 'int64 2-4 = -1',
    topics: [
      'struct[]',
      {
        name: 'string',
        partitions: [
          'struct[]',
          {
            partitionIndex: 'int32',
            committedOffset: 'int64',
            committedLeaderEpoch: 'int32 6+ = -1',
            committedMetadata: 'string nullable',
          },
        ],
      },
    ],
  },
  response: {
    throttleTimeMs: 'int32 3+ = 0',
    topics: [
      'struct[]',
      {
        name: 'string',
        partitions: ['struct[]', { partitionIndex: 'int32', errorCode: 'int16' }],
      },
    ],
  },
} as const;

export const OffsetFetch = {
  key: 9,
  versions: { min: 1, max: 9 },
  flexibleFrom: 6,
  request: {
    groupId: "string 1-7 = ''",
    topics: ['struct[] 1-7 nullable 2+ = []', { name: 'string', partitionIndexes: 'int32[]' }],
    groups: [
      'struct[] 8+ = []',
      {
        groupId: 'string',
        memberId: 'string 9+ nullable = null',
        memberEpoch: 'int32 9+ = -1',
        topics: ['struct[] nullable', { name: 'string', partitionIndexes: 'int32[]' }],
      },
    ],
    requireStable: 'bool 7+ = false',
  },
  response: {
    throttleTimeMs: 'int32 3+ = 0',
    topics: [
      'struct[] 1-7 = []',
      {
        name: 'string',
        partitions: [
          'struct[]',
          {
            partitionIndex: 'int32',
            committedOffset: 'int64',
            committedLeaderEpoch: 'int32 5+ = -1',
            metadata: 'string nullable',
            errorCode: 'int16',
          },
        ],
      },
    ],
    errorCode: 'int16 2-7 = 0',
    groups: [
      'struct[] 8+ = []',
      {
        groupId: 'string',
        topics: [
          'struct[]',
          {
            name: 'string',
            partitions: [
              'struct[]',
              {
                partitionIndex: 'int32',
                committedOffset: 'int64',
                committedLeaderEpoch: 'int32 = -1',
                metadata: 'string nullable',
                errorCode: 'int16',
              },
            ],
          },
        ],
        errorCode: 'int16 = 0',
      },
    ],
  },
} as const;

export const OffsetDelete = {
  key: 47,
  versions: { min: 0, max: 0 },
  flexibleFrom: null,
  request: {
    groupId: 'string',
    topics: [
      'struct[]',
      {
        name: 'string',
        partitions: ['struct[]', { partitionIndex: 'int32' }],
      },
    ],
  },
  response: {
    errorCode: 'int16',
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
