export const DescribeGroups = {
  key: 15,
  versions: { min: 0, max: 5 },
  flexibleFrom: 5,
  request: {
    groups: 'string[]',
    includeAuthorizedOperations: 'bool 3+',
  },
  response: {
    throttleTimeMs: 'int32 1+ = 0',
    groups: [
      'struct[]',
      {
        errorCode: 'int16',
        groupId: 'string',
        groupState: 'string',
        protocolType: 'string',
        protocolData: 'string',
        members: [
          'struct[]',
          {
            memberId: 'string',
            groupInstanceId: 'string 4+ nullable = null',
            clientId: 'string',
            clientHost: 'string',
            memberMetadata: 'bytes',
            memberAssignment: 'bytes',
          },
        ],
        authorizedOperations: 'int32 3+ = -2147483648',
      },
    ],
  },
} as const;

export const ListGroups = {
  key: 16,
  versions: { min: 0, max: 5 },
  flexibleFrom: 3,
  request: {
    statesFilter: 'string[] 4+',
    typesFilter: 'string[] 5+',
  },
  response: {
    throttleTimeMs: 'int32 1+ = 0',
    errorCode: 'int16',
    groups: ['struct[]', { groupId: 'string', protocolType: 'string', groupState: 'string 4+', groupType: 'string 5+' }],
  },
} as const;

export const DeleteGroups = {
  key: 42,
  versions: { min: 0, max: 2 },
  flexibleFrom: 2,
  request: {
    groupsNames: 'string[]',
  },
  response: {
    throttleTimeMs: 'int32 = 0',
    results: ['struct[]', { groupId: 'string', errorCode: 'int16' }],
  },
} as const;
