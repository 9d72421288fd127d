export const Produce = {
  key: 0,
  versions: { min: 3, max: 11 },
  // librdkafka before 2.11.1 assumes that a broker without Produce v0 does not support compression (KAFKA-18659), so
  // Apache Kafka advertises v0 too, although it rejects versions below 3.
  advertised: { min: 0, max: 11 },
  flexibleFrom: 9,
  request: {
    transactionalId: 'string nullable = null',
    acks: 'int16',
    timeoutMs: 'int32',
    topicData: [
      'struct[]',
      {
        name: 'string',
        partitionData: ['struct[]', { index: 'int32', records: 'records nullable' }],
      },
    ],
  },
  response: {
    responses: [
      'struct[]',
      {
        name: 'string',
        partitionResponses: [
          'struct[]',
          {
            index: 'int32',
            errorCode: 'int16',
            baseOffset: 'int64',
            logAppendTimeMs: 'int64 = -1',
            logStartOffset: 'int64 5+ = -1',
            recordErrors: ['struct[] 8+ = []', { batchIndex: 'int32', batchIndexErrorMessage: 'string nullable = null' }],
            errorMessage: 'string 8+ nullable = null',
            currentLeader: ['struct 10+ tag 0', { leaderId: 'int32 = -1', leaderEpoch: 'int32 = -1' }],
          },
        ],
      },
    ],
    throttleTimeMs: 'int32 = 0',
    nodeEndpoints: ['struct[] 10+ tag 0', { nodeId: 'int32', host: 'string', port: 'int32', rack: 'string nullable = null' }],
  },
} as const;
