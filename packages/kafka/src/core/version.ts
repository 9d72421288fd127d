/** The instrumentation scope of every span and metric of this package. */
export const scope = { name: '@tracelink/kafka', version: '0.1.0' } as const;
