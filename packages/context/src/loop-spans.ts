import { SpanKind, trace, type Context } from '@opentelemetry/api';
import { contained } from './contain.ts';
import { endSpan, recordError } from './record-error.ts';
import { scope } from './version.ts';

/** The spans of those items of a loop that are worth one. */
export class LoopSpans {
  readonly #name: string;
  readonly #limit: number;
  readonly #parent: Context;
  // The clock of the loop's span: the system's when it began, and monotonic from there.
  readonly #origin = Date.now() - performance.now();
  #recorded = 0;

  constructor(name: string, limit: number, parent: Context) {
    this.#name = name;
    this.#limit = limit;
    this.#parent = parent;
  }

  /** Items that would have had a span, were there not so many. */
  get dropped(): number {
    return Math.max(0, this.#recorded - this.#limit);
  }

  /** @param start by `performance.now()`; the span ends now */
  record(start: number, failure: { readonly error: unknown } | undefined): void {
    if (++this.#recorded > this.#limit) return;
    const end = this.#origin + performance.now();
    const span = contained('starting a span', () =>
      trace
        .getTracer(scope.name, scope.version)
        .startSpan(`${this.#name} item`, { kind: SpanKind.INTERNAL, startTime: this.#origin + start }, this.#parent),
    );
    if (span === undefined) return;
    if (failure !== undefined) recordError(span, failure.error, end);
    endSpan(span, end);
  }
}
