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
