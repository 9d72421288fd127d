export const DescribeConfigs = {
  key: 32,
  versions: { min: 1, max: 4 },
  flexibleFrom: 4,
  request: {
    resources: ['struct[]', { resourceType: 'int8', resourceName: 'string', configurationKeys: 'string[] nullable' }],
    includeSynonyms: 'bool = false',
    includeDocumentation: 'bool 3+ = false',
  },
  response: {
    throttleTimeMs: 'int32 = 0',
    results: [
      'struct[]',
      {
        errorCode: 'int16',
        errorMessage: 'string nullable = null',
        resourceType: 'int8',
        resourceName: 'string',
        configs: [
          'struct[]',
          {
            name: 'string',
            value: 'string nullable',
            readOnly: 'bool',
            configSource: 'int8 = -1',
            isSensitive: 'bool',
            synonyms: ['struct[]', { name: 'string', value: 'string nullable', source: 'int8' }],
            configType: 'int8 3+ = 0',
            documentation: 'string 3+ nullable = null',
          },
        ],
      },
    ],
  },
} as const;

export const AlterConfigs = {
  key: 33,
  versions: { min: 0, max: 2 },
  flexibleFrom: 2,
  request: {
    resources: [
      'struct[]',
      {
        resourceType: 'int8',
        resourceName: 'string',
        configs: ['struct[]', { name: 'string', value: 'string nullable' }],
      },
    ],
    validateOnly: 'bool',
  },
  response: {
    throttleTimeMs: 'int32 = 0',
    responses: [
      'struct[]',
      {
        errorCode: 'int16',
        errorMessage: 'string nullable = null',
        resourceType: 'int8',
        resourceName: 'string',
      },
    ],
  },
} as const;

export const IncrementalAlterConfigs = {
  key: 44,
  versions: { min: 0, max: 1 },
  flexibleFrom: 1,
  request: {
    resources: [
      'struct[]',
      {
        resourceType: 'int8',
        resourceName: 'string',
        configs: ['struct[]', { name: 'string', configOperation: 'int8', value: 'string nullable' }],
      },
    ],
    validateOnly: 'bool',
  },
  response: {
    throttleTimeMs: 'int32 = 0',
    responses: [
      'struct[]',
      {
        errorCode: 'int16',
        errorMessage: 'string nullable = null',
        resourceType: 'int8',
        resourceName: 'string',
      },
    ],
  },
} as const;
