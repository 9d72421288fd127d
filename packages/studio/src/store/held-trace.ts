import type { LogLine } from '../telemetry/log-line.ts';
import type { Span } from '../telemetry/span.ts';
import type { SharedOrigin } from './shared-origins.ts';

/** A span in memory. */
export interface HeldSpan {
  readonly span: Span;
  readonly shared: SharedOrigin;
  readonly bytes: number;
}

interface HeldLogLine {
  readonly line: LogLine;
  readonly bytes: number;
}

/** What is in memory of one trace. */
export interface HeldTrace {
  readonly traceId: string;
  /** By their ids, in the order of their arrival. */
  readonly spans: Map<string, HeldSpan>;
  /** In the order of their arrival. Their spans need not be here. */
  readonly logLines: HeldLogLine[];
  /** Grows with each change of any trace, so that no two states of a trace have the same. */
  revision: number;
  /** When the last of it came, in milliseconds of the clock. */
  changedAt: number;
  /** Spans of it went, while others of it are still here. */
  lostSpans: boolean;
}
