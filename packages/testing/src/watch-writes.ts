import type { Span } from '@opentelemetry/api';

/** Every method of OpenTelemetry's Span that changes it. */
const writers = [
  'setAttribute',
  'setAttributes',
  'addEvent',
  'addLink',
  'addLinks',
  'setStatus',
  'updateName',
  'recordException',
  'end',
] as const;

/**
 * Reports each call that writes to `span` after its end, by the name of the method; the call itself goes on as before.
 * OpenTelemetry's SDK only logs such a call and drops it, so a test would never see it.
 */
export function watchWrites(span: Span & { readonly ended: boolean }, report: (method: string) => void): void {
  // One method of the SDK may call another: only the outermost call is the caller's mistake.
  let depth = 0;
  for (const method of writers) {
    const original = span[method] as (this: Span, ...args: unknown[]) => unknown;
    const watched = function (this: Span, ...args: unknown[]): unknown {
      if (span.ended && depth === 0) report(method);
      depth++;
      try {
        return original.apply(this, args);
      } finally {
        depth--;
      }
    };
    Object.defineProperty(span, method, { value: watched, configurable: true, writable: true, enumerable: false });
  }
}
