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
