import { context, ROOT_CONTEXT, type Span } from '@opentelemetry/api';
import { formatTrace } from '../drawing/format-trace.ts';
import { TestingError } from '../errors/testing-error.ts';
import { beforeTimeout } from '../errors/timeout.ts';
import type { RecordedSpan } from '../spans/recorded-span.ts';
import { forgetAsked, wasAsked } from '../spans/span-source.ts';

/** Selects a span: by its exact name, or by a predicate. */
export type SpanMatch = string | ((span: RecordedSpan) => boolean);

/** Options of {@link SpanRecorder.waitFor}. */
export interface WaitForSpanOptions {
  /**
   * How long to wait, in milliseconds.
   * @default 10_000
   */
  readonly timeout?: number;
}

interface Waiter {
  readonly match: SpanMatch;
  readonly resolve: (span: RecordedSpan) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Records the spans of a test, strictly: each must be taken, none may stay open, none may be ended twice or written to
 * after its end. Give it to a tracer provider as a span processor (it fits SDK 2 and SDK 3), and call
 * {@link assertDone} after each test.
 *
 * Only recording spans reach a span processor: an unsampled span is not seen.
 */
export class SpanRecorder {
  readonly #open = new Set<RecordedSpan>();
  #finished: RecordedSpan[] = [];
  #waiters: Waiter[] = [];
  #mistakes: string[] = [];

  /**
   * Takes the earliest ended span that matches; it is gone from the recorder then.
   *
   * @throws {TestingError} `not_found`, with all that there is as a tree
   */
  take(match: SpanMatch): RecordedSpan {
    const index = this.#finished.findIndex((span) => matches(match, span));
    const [span] = index === -1 ? [] : this.#finished.splice(index, 1);
    if (span === undefined) throw new TestingError('not_found', `No ended span ${describeMatch(match)}.\n${this.#describe()}`);
    return span;
  }

  /**
   * Takes the span that matches as soon as it has ended, at once when it already has. Of several waits that match one
   * span the first gets it.
   *
   * @throws {TestingError} `timeout`, with all that there is as a tree; `abandoned` when the recorder is reset meanwhile;
   * `invalid_argument` for a timeout that no timer can wait for
   */
  async waitFor(match: SpanMatch, { timeout = 10_000 }: WaitForSpanOptions = {}): Promise<RecordedSpan> {
    if (this.#finished.some((span) => matches(match, span))) return this.take(match);
    const { promise, resolve, reject } = Promise.withResolvers<RecordedSpan>();
    const waiter: Waiter = { match, resolve, reject };
    this.#waiters.push(waiter);
    try {
      return await beforeTimeout(
        promise,
        timeout,
        () => `No span ${describeMatch(match)} ended within ${timeout} ms.\n${this.#describe()}`,
      );
    } finally {
      this.#forget(waiter);
    }
  }

  /** Takes all ended spans, in the order of their end. */
  takeAll(): RecordedSpan[] {
    return this.#finished.splice(0);
  }

  /** All ended spans that were not taken, in the order of their end. They stay in the recorder. */
  get spans(): readonly RecordedSpan[] {
    return this.#finished;
  }

  /** The names of the spans that were started and have not ended, in the order of their start. */
  open(): string[] {
    return [...this.#open].map(({ name }) => name);
  }

  /**
   * Checks that a test left nothing behind, and forgets everything, so that one bad test does not fail the next.
   *
   * @throws {TestingError} `not_done` when an ended span was neither taken nor asked for by a trace assertion, a span is still
   * open, a span was ended twice or written to after its end, a {@link waitFor} still waits, or the active context is not the
   * root context
   */
  assertDone(): void {
    const complaints = [...this.#mistakes];
    const left = this.#finished.filter((span) => !wasAsked(this, span.spanContext()));
    if (left.length > 0) complaints.push(`not taken:\n${formatTrace(left)}`);
    if (this.#open.size > 0) complaints.push(`still open: ${this.open().join(', ')}`);
    for (const { match } of this.#waiters) complaints.push(`still waiting for a span ${describeMatch(match)}`);
    if (context.active() !== ROOT_CONTEXT) complaints.push('the active context is not the root context: a scope leaked');
    this.reset();
    if (complaints.length > 0) throw new TestingError('not_done', complaints.join('\n'));
  }

  /** Forgets everything. A span that was started before is not recorded when it ends, and a pending {@link waitFor} rejects. */
  reset(): void {
    forgetAsked(this);
    this.#open.clear();
    this.#finished = [];
    this.#mistakes = [];
    for (const { match, reject } of this.#waiters.splice(0)) {
      reject(new TestingError('abandoned', `The recorder was reset while waiting for a span ${describeMatch(match)}.`));
    }
  }

  /** Part of the span processor: called by the tracer provider. */
  onStart(span: Span & RecordedSpan): void {
    this.#open.add(span);
    const mistakes = this.#mistakes;
    watchWrites(span, (method) => {
      mistakes.push(method === 'end' ? `ended twice: ${span.name}` : `${method} after the end: ${span.name}`);
    });
  }

  /** Part of the span processor: called by the tracer provider. */
  onEnd(span: RecordedSpan): void {
    if (!this.#open.delete(span)) return;
    const waiter = this.#waiters.find(({ match, reject }) => {
      try {
        return matches(match, span);
      } catch (error) {
        // We are inside the application's `span.end()`: the test's mistake belongs to the test.
        reject(error);
        return false;
      }
    });
    if (waiter === undefined) {
      this.#finished.push(span);
      return;
    }
    this.#forget(waiter);
    waiter.resolve(span);
  }

  /** Part of the span processor: there is nothing to flush. */
  async forceFlush(): Promise<void> {}

  /** Part of the span processor: what was recorded can still be taken. */
  async shutdown(): Promise<void> {}

  #forget(waiter: Waiter): void {
    this.#waiters = this.#waiters.filter((other) => other !== waiter);
  }

  #describe(): string {
    const finished = this.#finished.length === 0 ? 'Ended: none' : `Ended:\n${formatTrace(this.#finished)}`;
    return `${finished}\nOpen: ${this.open().join(', ') || 'none'}`;
  }
}

function matches(match: SpanMatch, span: RecordedSpan): boolean {
  return typeof match === 'string' ? span.name === match : match(span);
}

function describeMatch(match: SpanMatch): string {
  return typeof match === 'string' ? `named "${match}"` : `that satisfies ${match.toString()}`;
}

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
function watchWrites(span: Span & { readonly ended: boolean }, report: (method: string) => void): void {
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
