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
