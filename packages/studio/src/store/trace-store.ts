import type { LogLine, Span, SpanGroup } from '../telemetry/span.ts';
import { EvictedTraces } from './evicted-traces.ts';
import { SharedOrigins, sizeOf, type HeldSpan, type HeldTrace, type SharedOrigin } from './held-trace.ts';
import { LinkIndex } from './link-index.ts';

/** What an empty trace, or a span or line without anything in it, takes in the maps that hold it. */
const overhead = 150;

/** How much is in memory, and how much was and had to go. */
export interface Held {
  readonly traces: number;
  readonly spans: number;
  readonly bytes: number;
  /** Spans that went because of a limit. */
  readonly dropped: number;
  /** Metrics that came; none is kept. */
  readonly metrics: number;
}

/**
 * Traces in memory, within limits: after each call all of them hold, whatever was added. Spans and log lines may come in any order,
 * and again: a span that came before is replaced.
 */
export class TraceStore {
  /** In the order of their last change. */
  readonly #traces = new Map<string, HeldTrace>();
  readonly #links = new LinkIndex();
  readonly #origins = new SharedOrigins();
  readonly #evicted = new EvictedTraces();
  readonly #limits: Required<StoreLimits>;
  readonly #now: () => number;
  #revision = 0;
  #spans = 0;
  #bytes = 0;
  #dropped = 0;
  #metrics = 0;

  /** @param now milliseconds of a clock that need not be the time of day */
  constructor(
    {
      maxSpans = 100_000,
      maxSpansPerTrace = 20_000,
      maxLogLinesPerTrace = 10_000,
      maxBytes = 134_217_728,
      maxAgeMs = 43_200_000,
    }: StoreLimits = {},
    now: () => number = () => performance.now(),
  ) {
    this.#limits = { maxSpans, maxSpansPerTrace, maxLogLinesPerTrace, maxBytes, maxAgeMs };
    this.#now = now;
  }

  addSpans(groups: readonly SpanGroup[]): void {
    for (const { origin, spans } of groups) {
      const shared = this.#origins.take(origin);
      for (const span of spans) this.#addSpan(span, shared);
      this.#origins.release(shared);
    }
    this.#enforceLimits();
  }

  addLogLines(lines: readonly LogLine[]): void {
    for (const line of lines) {
      const trace = this.#touch(line.traceId);
      const held = { line, bytes: overhead + sizeOf(line) };
      trace.logLines.push(held);
      this.#bytes += held.bytes;
      if (trace.logLines.length > this.#limits.maxLogLinesPerTrace) this.#dropFirstLogLine(trace);
    }
    this.#enforceLimits();
  }

  /** What went of a trace that is no longer here is no loss to what comes of it next: a file has all that was saved of it. */
  forgetLost(traceId: string): void {
    this.#evicted.take(traceId);
  }

  /** Says of a trace that it came out of a file; nothing where it is not here. */
  markImported(traceId: string): void {
    if (this.#traces.has(traceId)) this.#touch(traceId).imported = true;
  }

  addMetrics(count: number): void {
    this.#metrics += count;
  }

  get held(): Held {
    this.#dropOutdated();
    return {
      traces: this.#traces.size,
      spans: this.#spans,
      bytes: this.#heldBytes,
      dropped: this.#dropped,
      metrics: this.#metrics,
    };
  }

  /** All traces, the one that changed last at the end. Some may have log lines only. */
  traces(): Iterable<HeldTrace> {
    this.#dropOutdated();
    return this.#traces.values();
  }

  trace(traceId: string): HeldTrace | undefined {
    this.#dropOutdated();
    return this.#traces.get(traceId);
  }

  /** The ids of the other traces with a span that links to the trace. */
  tracesLinkingTo(traceId: string): Iterable<string> {
    return this.#links.tracesLinkingTo(traceId);
  }

  /** The spans, of this trace too, that link to a span of the trace. */
  spansLinkingTo(traceId: string): Iterable<HeldSpan> {
    return this.#links.spansLinkingTo(traceId);
  }

  #addSpan(span: Span, shared: SharedOrigin): void {
    const trace = this.#touch(span.traceId);
    const before = trace.spans.get(span.spanId);
    if (before !== undefined) this.#removeSpan(trace, before);
    const held = { span, shared, bytes: overhead + sizeOf(span) };
    shared.uses += 1;
    trace.spans.set(span.spanId, held);
    this.#links.add(held);
    this.#spans += 1;
    this.#bytes += held.bytes;
    if (trace.spans.size > this.#limits.maxSpansPerTrace) this.#dropFirstSpan(trace);
  }

  /** The trace, made where it is not here, as the one that changed last. */
  #touch(traceId: string): HeldTrace {
    let trace = this.#traces.get(traceId);
    if (trace === undefined) {
      const { lostSpans, lostLogLines } = this.#evicted.take(traceId);
      trace = { traceId, spans: new Map(), logLines: [], revision: 0, changedAt: 0, lostSpans, lostLogLines, imported: false };
      this.#bytes += overhead;
    } else this.#traces.delete(traceId);
    this.#traces.set(traceId, trace);
    trace.revision = ++this.#revision;
    trace.changedAt = this.#now();
    return trace;
  }

  #enforceLimits(): void {
    this.#dropOutdated();
    while (this.#isOver() && this.#traces.size > 1) this.#dropTrace(first(this.#traces.values()));
    if (!this.#isOver()) return;
    // One trace alone is too much: what came first of it goes.
    const last = first(this.#traces.values());
    while (this.#isOver() && last.logLines.length > 0) this.#dropFirstLogLine(last);
    while (this.#isOver() && last.spans.size > 0) this.#dropFirstSpan(last);
    if (last.spans.size + last.logLines.length === 0) this.#dropTrace(last);
  }

  #isOver(): boolean {
    return this.#spans > this.#limits.maxSpans || this.#heldBytes > this.#limits.maxBytes;
  }

  get #heldBytes(): number {
    return this.#bytes + this.#origins.bytes + this.#links.bytes;
  }

  #dropOutdated(): void {
    const oldest = this.#now() - this.#limits.maxAgeMs;
    for (const trace of this.#traces.values()) {
      if (trace.changedAt >= oldest) return;
      this.#dropTrace(trace);
    }
  }

  #dropTrace(trace: HeldTrace): void {
    while (trace.spans.size > 0) this.#dropFirstSpan(trace);
    while (trace.logLines.length > 0) this.#dropFirstLogLine(trace);
    this.#traces.delete(trace.traceId);
    this.#evicted.add(trace);
    this.#bytes -= overhead;
  }

  #dropFirstSpan(trace: HeldTrace): void {
    this.#removeSpan(trace, first(trace.spans.values()));
    trace.lostSpans = true;
    this.#dropped += 1;
  }

  #removeSpan(trace: HeldTrace, held: HeldSpan): void {
    trace.spans.delete(held.span.spanId);
    this.#links.remove(held);
    this.#origins.release(held.shared);
    this.#spans -= 1;
    this.#bytes -= held.bytes;
  }

  #dropFirstLogLine(trace: HeldTrace): void {
    this.#bytes -= trace.logLines.shift()?.bytes ?? 0;
    trace.lostLogLines += 1;
  }
}

/** The first of values that are not empty. */
function first<T>(values: IterableIterator<T>): T {
  return values.next().value as T;
}

/** How much is kept in memory. Beyond any of these, what is oldest goes: the trace to which nothing was added for longest. */
export interface StoreLimits {
  /**
   * The most spans of all traces.
   * @default 100_000
   */
  readonly maxSpans?: number;
  /**
   * The most spans of one trace; beyond it, the spans of that trace that came first go.
   * @default 20_000
   */
  readonly maxSpansPerTrace?: number;
  /**
   * The most log lines of one trace; beyond it, those that came first go.
   * @default 10_000
   */
  readonly maxLogLinesPerTrace?: number;
  /**
   * The most bytes that spans and log lines take in memory, as far as they can be counted.
   * @default 134_217_728
   */
  readonly maxBytes?: number;
  /**
   * How long a trace is kept after the last of it came, in milliseconds.
   * @default 43_200_000, which is twelve hours
   */
  readonly maxAgeMs?: number;
}
