import { setTimeout as pause } from 'node:timers/promises';
import { TestingError } from '../errors/testing-error.ts';
import { checkTimeout } from '../errors/timeout.ts';
import { expectTrace, type TraceExpectation } from '../expectations/expect-trace.ts';
import type { ReceivedSpan } from '../spans/received-span.ts';
import { backEndAt, NotNow, type AskBackEnd } from './ask-back-end.ts';

/**
 * A trace as a back end has it, with the traces that link to it and that it links to. A span source: `expectTrace` and the
 * chai plugin take it. It stays as it was when it was read.
 */
export interface BackEndTrace {
  readonly traceId: string;
  /** The spans of the trace itself first, then those of the linked ones. */
  readonly spans: readonly ReceivedSpan[];
  /**
   * Whether this is not all: there are more linked traces than are looked at, or the back end let go of spans. What says that a span or an
   * edge is not there, or how many there are, then fails.
   */
  readonly truncated: boolean;
}

/** Options of `studioTrace` and `jaegerTrace`. */
export interface BackEndTraceOptions {
  /**
   * What must hold of the trace. It is asked of each answer until it throws no more, so that spans may come late. That something
   * is not there should be asserted afterwards: before the spans came it holds of every trace.
   * @default the trace has a span
   */
  readonly until?: (trace: TraceExpectation) => TraceExpectation;
  /**
   * How long to wait, in milliseconds.
   * @default 10_000
   */
  readonly timeout?: number;
}

/** Reads a trace of a back end once; one without spans is not there. */
export type ReadTrace = (ask: AskBackEnd, traceId: string) => Promise<BackEndTrace>;

/** A back end tells no one when a span arrives: between two answers it is left alone for so many milliseconds. */
const interval = 200;

/**
 * Reads a trace again and again until what is expected of it holds.
 *
 * @throws {TestingError} `timeout`, with what was there at last; `back_end`; `invalid_argument`
 * @throws what `until` throws besides failed assertions
 */
export async function waitForTrace(
  read: ReadTrace,
  url: string,
  traceId: string,
  { until = (trace) => trace, timeout = 10_000 }: BackEndTraceOptions,
): Promise<BackEndTrace> {
  checkArguments(url, traceId, timeout);
  const signal = AbortSignal.timeout(timeout);
  let unmet: Error | undefined;
  for (;;) {
    const backEnd = backEndAt(url, signal);
    try {
      const trace = await read(backEnd.ask, traceId.toLowerCase());
      if (trace.spans.length === 0) throw new NotNow(`The back end has no span of it${whereMissing(backEnd.notFound)}`);
      unmet = whyNot(trace, until);
      if (unmet === undefined) return trace;
    } catch (error) {
      if (!(error instanceof NotNow)) throw error;
      // An answer that the deadline cut off says less than the one before.
      if (unmet === undefined || !signal.aborted) unmet = error;
    }
    await pause(interval, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) throw tooLate(unmet, url, traceId, timeout);
  }
}

/** The end of a sentence: a wrong URL is answered 404, too, and its text tells it from a trace that has not come. */
function whereMissing(notFound: string | undefined): string {
  return notFound === undefined ? '.' : `: ${notFound}`;
}

/** What `until` still misses. */
function whyNot(trace: BackEndTrace, until: (trace: TraceExpectation) => TraceExpectation): Error | undefined {
  try {
    until(expectTrace(trace));
    return undefined;
  } catch (error) {
    if (!isFailedAssertion(error)) throw error;
    if (!trace.truncated) return error;
    return new Error(`${error.message}\nThis is not all: there are more linked traces, or the back end let go of spans.`, { cause: error });
  }
}

function isFailedAssertion(error: unknown): error is Error {
  // chai's and Node's own have this name; neither is imported for it.
  return error instanceof TestingError ? error.code === 'unexpected_trace' : error instanceof Error && error.name === 'AssertionError';
}

function tooLate(unmet: Error | undefined, url: string, traceId: string, timeout: number): TestingError {
  const message = unmet?.message.replace(/^\[unexpected_trace\] /, '');
  return new TestingError('timeout', `Trace ${traceId} at ${url} was not as expected within ${timeout} ms. ${message}`, { cause: unmet });
}

function checkArguments(url: unknown, traceId: unknown, timeout: number): void {
  if (typeof url !== 'string' || !/^https?:/i.test(url) || !URL.canParse(url)) {
    throw new TestingError('invalid_argument', `A back end is asked by a URL as http://127.0.0.1:16686, not by ${String(url)}.`);
  }
  if (typeof traceId !== 'string' || !/^[0-9a-f]{32}$/i.test(traceId)) {
    throw new TestingError('invalid_argument', `A trace id is 32 hexadecimal digits, not ${String(traceId)}.`);
  }
  checkTimeout(timeout);
}

/** The trace and, of others, those that a link leads to or from: what is linked with those in turn is left out. */
export function withLinked(traceId: string, spans: readonly ReceivedSpan[], truncated: boolean): BackEndTrace {
  const byTrace = Map.groupBy(spans, (span) => span.traceId);
  const own = byTrace.get(traceId) ?? [];
  byTrace.delete(traceId);
  const linked = linkedIds(own);
  const others = [...byTrace.values()].filter((members) => members.some((span) => linked.has(span.traceId) || linksTo(span, traceId)));
  return { traceId, spans: [...own, ...others.flat()], truncated };
}

/** The traces that the spans link to. */
export function linkedIds(spans: readonly ReceivedSpan[]): Set<string> {
  return new Set(spans.flatMap(({ links }) => links.map((link) => link.traceId)));
}

function linksTo({ links }: ReceivedSpan, traceId: string): boolean {
  return links.some((link) => link.traceId === traceId);
}
