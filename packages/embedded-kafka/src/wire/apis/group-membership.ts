export const FindCoordinator = {
  key: 10,
  versions: { min: 0, max: 5 },
  flexibleFrom: 3,
  request: {
    key: "string 0-3 = ''",
    keyType: 'int8 1+ = 0',
    coordinatorKeys: 'string[] 4+ = []',
  },
  response: {
    throttleTimeMs: 'int32 1+ = 0',
    errorCode: 'int16 0-3 = 0',
    errorMessage: 'string 1-3 nullable = null',
    nodeId: 'int32 0-3 = 0',
    host: "string 0-3 = ''",
    port: 'int32 0-3 = 0',
    coordinators: [
      'struct[] 4+ = []',
      {
        key: 'string',
        nodeId: 'int32',
        host: 'string',
        port: 'int32',
        errorCode: 'int16',
        errorMessage: 'string nullable = null',
      },
    ],
  },
} as const;

export const JoinGroup = {
  key: 11,
  versions: { min: 0, max: 9 },
  flexibleFrom: 6,
  request: {
    groupId: 'string',
    sessionTimeoutMs: 'int32',
    rebalanceTimeoutMs: 'int32 1+ = -1',
    memberId: 'string',
    groupInstanceId: 'string 5+ nullable = null',
    protocolType: 'string',
    protocols: ['struct[]', { name: 'string', metadata: 'bytes' }],
    reason: 'string 8+ nullable = null',
  },
  response: {
    throttleTimeMs: 'int32 2+ = 0',
    errorCode: 'int16',
    generationId: 'int32 = -1',
    protocolType: 'string 7+ nullable = null',
    protocolName: 'string nullable 7+',
    leader: 'string',
    skipAssignment: 'bool 9+ = false',
    memberId: 'string',
    members: ['struct[]', { memberId: 'string', groupInstanceId: 'string 5+ nullable = null', metadata: 'bytes' }],
  },
} as const;

export const SyncGroup = {
  key: 14,
  versions: { min: 0, max: 5 },
  flexibleFrom: 4,
  request: {
    groupId: 'string',
    generationId: 'int32',
    memberId: 'string',
    groupInstanceId: 'string 3+ nullable = null',
    protocolType: 'string 5+ nullable = null',
    protocolName: 'string 5+ nullable = null',
    assignments: ['struct[]', { memberId: 'string', assignment: 'bytes' }],
  },
  response: {
    throttleTimeMs: 'int32 1+ = 0',
    errorCode: 'int16',
    protocolType: 'string 5+ nullable = null',
    protocolName: 'string 5+ nullable = null',
    assignment: 'bytes',
  },
} as const;

export const Heartbeat = {
  key: 12,
  versions: { min: 0, max: 4 },
  flexibleFrom: 4,
  request: {
    groupId: 'string',
    generationId: 'int32',
    memberId: 'string',
    groupInstanceId: 'string 3+ nullable = null',
  },
  response: {
    throttleTimeMs: 'int32 1+ = 0',
    errorCode: 'int16',
  },
} as const;

export const LeaveGroup = {
  key: 13,
  versions: { min: 0, max: 5 },
  flexibleFrom: 4,
  request: {
    groupId: 'string',
    memberId: "string 0-2 = ''",
    members: [
      'struct[] 3+ = []',
      {
        memberId: 'string',
        groupInstanceId: 'string nullable = null',
        reason: 'string 5+ nullable = null',
      },
    ],
  },
  response: {
    throttleTimeMs: 'int32 1+ = 0',
    errorCode: 'int16',
    members: ['struct[] 3+', { memberId: 'string', groupInstanceId: 'string nullable', errorCode: 'int16' }],
  },
} as const;
