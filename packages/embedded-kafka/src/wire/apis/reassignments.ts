export const AlterPartitionReassignments = {
  key: 45,
  versions: { min: 0, max: 1 },
  flexibleFrom: 0,
  request: {
    timeoutMs: 'int32 = 60000',
    allowReplicationFactorChange: 'bool 1+ = true',
    topics: [
      'struct[]',
      {
        name: 'string',
        partitions: ['struct[]', { partitionIndex: 'int32', replicas: 'int32[] nullable = null' }],
      },
    ],
  },
  response: {
    throttleTimeMs: 'int32 = 0',
    allowReplicationFactorChange: 'bool 1+ = true',
    errorCode: 'int16',
    errorMessage: 'string nullable = null',
    responses: [
      'struct[]',
      {
        name: 'string',
        partitions: ['struct[]', { partitionIndex: 'int32', errorCode: 'int16', errorMessage: 'string nullable = null' }],
      },
    ],
  },
} as const;

export const ListPartitionReassignments = {
  key: 46,
  versions: { min: 0, max: 0 },
  flexibleFrom: 0,
  request: {
    timeoutMs: 'int32 = 60000',
    topics: ['struct[] nullable = null', { name: 'string', partitionIndexes: 'int32[]' }],
  },
  response: {
    throttleTimeMs: 'int32 = 0',
    errorCode: 'int16',
    errorMessage: 'string nullable = null',
    topics: [
      'struct[]',
      {
        name: 'string',
        partitions: ['struct[]', { partitionIndex: 'int32', replicas: 'int32[]', addingReplicas: 'int32[]', removingReplicas: 'int32[]' }],
      },
    ],
  },
} as const;
