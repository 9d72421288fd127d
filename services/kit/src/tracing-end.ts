import type { Closable } from './shutdown.ts';

/** The part of `@tracelink/sdk`'s tracing that ends it. */
interface Tracing {
  shutdown(options: { readonly timeout: number }): Promise<{ readonly unflushed: readonly string[] }>;
}

/** Tracing as a part of the shutdown: spans that the collector did not accept are named. */
export function tracingEnd(tracing: Tracing): Closable {
  return {
    name: 'tracing',
    async close(timeout) {
      // Less than the whole: the stage's own timer must not end before the report of the spans that remain.
      const { unflushed } = await tracing.shutdown({ timeout: Math.floor(timeout * 0.9) });
      return unflushed.length === 0 ? {} : { undelivered: unflushed };
    },
  };
}
