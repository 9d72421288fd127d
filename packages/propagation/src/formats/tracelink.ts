/** How far a trace has come: the header `tracelink-trace`, written from the second hop on. */
export interface TraceProgress {
  /** Messages that the trace has gone through, 1 to 10,000. */
  readonly hops: number;
  /** Milliseconds since the epoch. */
  readonly since: number;
}

const grammar = /^hops=([1-9]\d{0,4});since=([1-9]\d{0,15})$/;
const maxHops = 10_000;

/** Reads `hops=<n>;since=<epoch ms>`; a number out of range makes the whole header malformed. */
export function parseTraceProgress(text: string): TraceProgress | undefined {
  const match = grammar.exec(text);
  if (match === null) return undefined;
  const hops = Number(match[1]);
  const since = Number(match[2]);
  return hops <= maxHops && Number.isSafeInteger(since) ? { hops, since } : undefined;
}

/** Writes the header. A trace in an endless loop stays at 10,000, so that a budget of hops still sees it. */
export function formatTraceProgress(progress: TraceProgress): string {
  return `hops=${Math.min(progress.hops, maxHops)};since=${progress.since}`;
}
