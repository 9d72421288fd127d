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
  /** No trace changed last before then, in milliseconds of the clock. */
  #oldestChange = -Infinity;

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
    const over = new Set<HeldTrace>();
    for (const { origin, spans } of groups) {
      const shared = this.#origins.take(origin);
      for (const span of spans) {
        const trace = this.#addSpan(span, shared);
        if (trace.spans.size > this.#limits.maxSpansPerTrace) over.add(trace);
      }
      this.#origins.release(shared);
    }
    for (const trace of over) this.#dropFirstSpans(trace, () => trace.spans.size > this.#limits.maxSpansPerTrace);
    this.#enforceLimits();
  }

  addLogLines(lines: readonly LogLine[]): void {
    const over = new Set<HeldTrace>();
    for (const line of lines) {
      const trace = this.#touch(line.traceId);
      const held = { line, bytes: overhead + sizeOf(line) };
      trace.logLines.push(held);
      this.#bytes += held.bytes;
      if (trace.logLines.length > this.#limits.maxLogLinesPerTrace) over.add(trace);
    }
    for (const trace of over) this.#dropFirstLogLines(trace, (left) => left > this.#limits.maxLogLinesPerTrace);
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

  /** @returns its trace, which may have too many spans now */
  #addSpan(span: Span, shared: SharedOrigin): HeldTrace {
    const trace = this.#touch(span.traceId);
    const before = trace.spans.get(span.spanId);
    if (before !== undefined) this.#removeSpan(trace, before);
    const held = { span, shared, bytes: overhead + sizeOf(span) };
    shared.uses += 1;
    trace.spans.set(span.spanId, held);
    this.#links.add(held);
    this.#spans += 1;
    this.#bytes += held.bytes;
    return trace;
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
    if (!this.#isOver()) return;
    // In one loop, here and below: each first entry by itself would be looked for behind all that were deleted before it.
    for (const trace of this.#traces.values()) {
      if (this.#traces.size === 1) this.#dropFirst(trace);
      else this.#dropTrace(trace);
      if (!this.#isOver()) return;
    }
  }

  /** One trace alone is too much: what came first of it goes. */
  #dropFirst(trace: HeldTrace): void {
    this.#dropFirstLogLines(trace, () => this.#isOver());
    this.#dropFirstSpans(trace, () => this.#isOver());
    if (trace.spans.size + trace.logLines.length === 0) this.#dropTrace(trace);
  }

  #isOver(): boolean {
    return this.#spans > this.#limits.maxSpans || this.#heldBytes > this.#limits.maxBytes;
  }

  get #heldBytes(): number {
    return this.#bytes + this.#origins.bytes + this.#links.bytes;
  }

  #dropOutdated(): void {
    const now = this.#now();
    const oldest = now - this.#limits.maxAgeMs;
    // Asked with each trace that is looked up.
    if (this.#oldestChange >= oldest) return;
    this.#oldestChange = now;
    for (const trace of this.#traces.values()) {
      if (trace.changedAt >= oldest) {
        this.#oldestChange = trace.changedAt;
        return;
      }
      this.#dropTrace(trace);
    }
  }

  #dropTrace(trace: HeldTrace): void {
    this.#dropFirstSpans(trace, () => true);
    this.#dropFirstLogLines(trace, () => true);
    this.#traces.delete(trace.traceId);
    this.#evicted.add(trace);
    this.#bytes -= overhead;
  }

  /** @param goesOn asked before each */
  #dropFirstSpans(trace: HeldTrace, goesOn: () => boolean): void {
    for (const held of trace.spans.values()) {
      if (!goesOn()) return;
      this.#removeSpan(trace, held);
      trace.lostSpans = true;
      this.#dropped += 1;
    }
  }

  #removeSpan(trace: HeldTrace, held: HeldSpan): void {
    trace.spans.delete(held.span.spanId);
    this.#links.remove(held);
    this.#origins.release(held.shared);
    this.#spans -= 1;
    this.#bytes -= held.bytes;
  }

  /** @param goesOn asked before each, with how many are left */
  #dropFirstLogLines(trace: HeldTrace, goesOn: (left: number) => boolean): void {
    const { logLines } = trace;
    let count = 0;
    for (; count < logLines.length && goesOn(logLines.length - count); count++) this.#bytes -= logLines[count]?.bytes ?? 0;
    logLines.splice(0, count);
    trace.lostLogLines += count;
  }
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
