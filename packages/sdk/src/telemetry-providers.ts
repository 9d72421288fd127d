import { logs, metrics, trace } from '@opentelemetry/api';

/** The three kinds of telemetry, by the names that OpenTelemetry gives its signals. */
export type TelemetrySignal = 'traces' | 'metrics' | 'logs';

/** What every provider of OpenTelemetry's SDK can do and the API does not know. */
export interface TelemetryProvider {
  forceFlush(): Promise<void>;
  shutdown(): Promise<void>;
}

/** The providers that are registered with the API now; a signal that is not exported has none. */
export function telemetryProviders(): Map<TelemetrySignal, TelemetryProvider> {
  const registered = [
    ['traces', trace.getTracerProvider()],
    ['metrics', metrics.getMeterProvider()],
    ['logs', logs.getLoggerProvider()],
  ] as const;
  const providers = new Map<TelemetrySignal, TelemetryProvider>();
  for (const [signal, provider] of registered) {
    const actual = unwrap(provider);
    if (isTelemetryProvider(actual)) providers.set(signal, actual);
  }
  return providers;
}

/** The API hands out proxies for traces and logs; the logs' one has no public way to what is behind it. */
function unwrap(provider: object): object {
  const proxy = provider as { getDelegate?(): object; _getDelegate?(): object };
  return proxy.getDelegate?.() ?? proxy._getDelegate?.() ?? provider;
}

function isTelemetryProvider(provider: object): provider is TelemetryProvider {
  return 'forceFlush' in provider && 'shutdown' in provider;
}
