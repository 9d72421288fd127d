import { diag } from '@opentelemetry/api';
import type { TelemetryProvider, TelemetrySignal } from './telemetry-providers.ts';

/** How a flush went. */
export interface FlushReport {
  /** What was not known to be delivered when the flush gave up: it failed, or it took longer than its timeout. */
  readonly unflushed: readonly TelemetrySignal[];
}

/**
 * Runs `operation` on all providers at once and resolves when all are through, or after `timeout` milliseconds. Never
 * rejects: what failed or was not through is in the report, and a warning of OpenTelemetry's diagnostic logger.
 */
export async function flush(
  providers: ReadonlyMap<TelemetrySignal, TelemetryProvider>,
  operation: keyof TelemetryProvider,
  timeout: number,
): Promise<FlushReport> {
  const unflushed = new Set(providers.keys());
  const work = Promise.all(
    [...providers].map(async ([signal, provider]) => {
      try {
        await provider[operation]();
        unflushed.delete(signal);
      } catch (error) {
        diag.warn(`tracelink: ${operation} of ${signal} failed`, error);
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
