import type { LogLine, Origin, Span } from '../telemetry/span.ts';

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

/** An origin that spans of many requests have in common. */
export interface SharedOrigin {
  readonly origin: Origin;
  readonly key: string;
  readonly bytes: number;
  /** How many spans in memory have it. */
  uses: number;
}

/** Keeps each origin once: an exporter repeats its resource, often kilobytes, in every request. */
export class SharedOrigins {
  readonly #byKey = new Map<string, SharedOrigin>();
  /** What all of them take in memory. */
  bytes = 0;

  /** The one that is equal to `origin`, used once more. */
  take(origin: Origin): SharedOrigin {
    const key = JSON.stringify(origin);
    let shared = this.#byKey.get(key);
    if (shared === undefined) {
      shared = { origin, key, bytes: sizeOf(origin) + sizeOf(key) + 100, uses: 0 };
      this.#byKey.set(key, shared);
      this.bytes += shared.bytes;
    }
    shared.uses += 1;
    return shared;
  }

  /** Gives one use back; the last one lets it go. */
  release(shared: SharedOrigin): void {
    shared.uses -= 1;
    if (shared.uses > 0) return;
    this.#byKey.delete(shared.key);
    this.bytes -= shared.bytes;
  }
}

/** Keys up to this length are names that many objects have, and V8 keeps them once; a longer one is counted where it is. */
const sharedKey = 64;

/**
 * About how many bytes a value takes in the heap, with all that is in it: what V8 spends on a string, an object and a member of one.
 * A script measures how near it is: `npm run soak:studio`.
 */
export function sizeOf(value: unknown): number {
  if (typeof value === 'string') return 20 + Buffer.byteLength(value);
  if (typeof value !== 'object' || value === null) return 8;
  if (Array.isArray(value)) return value.reduce((sum: number, entry: unknown) => sum + 8 + sizeOf(entry), 24);
  let size = 32;
  for (const [key, entry] of Object.entries(value)) size += 8 + (key.length > sharedKey ? key.length : 0) + sizeOf(entry);
  return size;
}
