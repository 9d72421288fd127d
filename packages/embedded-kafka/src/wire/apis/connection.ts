export const ApiVersions = {
  key: 18,
  versions: { min: 0, max: 4 },
  flexibleFrom: 3,
  request: {
    clientSoftwareName: 'string 3+',
    clientSoftwareVersion: 'string 3+',
  },
  response: {
    errorCode: 'int16',
    apiKeys: ['struct[]', { apiKey: 'int16', minVersion: 'int16', maxVersion: 'int16' }],
    throttleTimeMs: 'int32 1+ = 0',
    supportedFeatures: ['struct[] 3+ tag 0', { name: 'string', minVersion: 'int16', maxVersion: 'int16' }],
    finalizedFeaturesEpoch: 'int64 3+ tag 1 = -1',
    finalizedFeatures: ['struct[] 3+ tag 2', { name: 'string', maxVersionLevel: 'int16', minVersionLevel: 'int16' }],
    zkMigrationReady: 'bool 3+ tag 3 = false',
  },
} as const;

export const SaslHandshake = {
  key: 17,
  versions: { min: 0, max: 1 },
  flexibleFrom: null,
  request: {
    mechanism: 'string',
  },
  response: {
    errorCode: 'int16',
    mechanisms: 'string[]',
  },
} as const;

export const SaslAuthenticate = {
  key: 36,
  versions: { min: 0, max: 2 },
  flexibleFrom: 2,
  request: {
    authBytes: 'bytes',
  },
  response: {
    errorCode: 'int16',
    errorMessage: 'string nullable = null',
    authBytes: 'bytes',
    sessionLifetimeMs: 'int64 1+ = 0',
  },
} as const;
