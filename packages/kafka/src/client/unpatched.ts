import { warnOnce } from '../core/guard.ts';

interface Patched {
  readonly __wrapped?: unknown;
  readonly __original?: unknown;
}

/**
 * `client[name]` bound to the client, without the layer that OpenTelemetry's own kafkajs instrumentation may have put around
 * it: two layers would make two sets of spans. Says so once.
 */
export function unpatched<T extends object, K extends keyof T & string>(client: T, name: K): T[K] {
  const method = client[name];
  if (typeof method !== 'function') return method;
  const { __wrapped, __original } = method as Patched;
  if (__wrapped !== true || typeof __original !== 'function') return method.bind(client) as T[K];
  warnOnce(
    'unpatched',
    `this kafkajs client is also instrumented by @opentelemetry/instrumentation-kafkajs, whose layer around ${name}() is left out ` +
      'so that every message has one set of spans. Disable it: OTEL_NODE_DISABLED_INSTRUMENTATIONS=kafkajs',
  );
  return __original.bind(client) as T[K];
}
