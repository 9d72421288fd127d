import { diag, logs, metrics, trace } from '@opentelemetry/api';
import { resourceSettled, watchExports } from './exports.ts';

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

/** How a flush went. */
export interface FlushReport {
  /** What was not known to be delivered when the flush gave up: it failed, or it took longer than its timeout. */
  readonly unflushed: readonly TelemetrySignal[];
}

/**
 * Runs `operation` on all providers at once and resolves when all are through, with what was in flight before, or after `timeout`
 * milliseconds. Never rejects: what failed or was not through is in the report, and a warning of OpenTelemetry's diagnostic logger.
 *
 * @param onFailure told of each signal that failed
 */
export async function flush(
  providers: ReadonlyMap<TelemetrySignal, TelemetryProvider>,
  operation: keyof TelemetryProvider,
  timeout: number,
  onFailure: (signal: TelemetrySignal, error: unknown) => void = () => {},
): Promise<FlushReport> {
  const unflushed = new Set(providers.keys());
  const work = Promise.all(
    [...providers].map(async ([signal, provider]) => {
      const exportsOver = watchExports(provider);
      const run = async (): Promise<void> => {
        await resourceSettled(provider);
        await provider[operation]();
      };
      try {
        await (signal === 'logs' ? inTurn(provider, run) : run());
        await exportsOver();
        unflushed.delete(signal);
      } catch (error) {
        diag.warn(`tracelink: ${operation} of ${signal} failed`, error);
        onFailure(signal, error);
      }
    }),
  );
  const expired = Promise.withResolvers<void>();
  const timer = setTimeout(() => {
    diag.warn(`tracelink: ${operation} of ${[...unflushed].join(', ')} was not through after ${timeout} ms`);
    expired.resolve();
  }, timeout);
  await Promise.race([work, expired.promise]);
  clearTimeout(timer);
  return { unflushed: [...unflushed] };
}

/** The last operation on a provider of log records; it does not reject. */
const turns = new WeakMap<TelemetryProvider, Promise<void>>();

/**
 * Runs operations on a provider one after the other. The SDK's processor of log records answers at once while it flushes already: what that
 * flush sends would still be in memory, and a shutdown would leave out what came since.
 */
async function inTurn(provider: TelemetryProvider, run: () => Promise<void>): Promise<void> {
  const turn = turns.get(provider)?.then(run) ?? run();
  turns.set(
    provider,
    turn.catch(() => {}),
  );
  return turn;
}
