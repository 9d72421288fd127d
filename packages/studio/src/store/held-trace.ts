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
  /** Spans of it went, while others of it are still here or came after. */
  lostSpans: boolean;
  /** How many log lines of it went, while others of it are still here or came after. */
  lostLogLines: number;
  /** It came out of a file. */
  imported: boolean;
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
  if (typeof value === 'string') return 20 + bytesOf(value);
  if (typeof value !== 'object' || value === null) return 8;
  let size = Array.isArray(value) ? 24 : 32;
  if (Array.isArray(value)) for (const entry of value as readonly unknown[]) size += 8 + sizeOf(entry);
  // Not `Object.entries`: every span is measured, and a list of its members would be as much garbage as the span.
  else for (const key in value) size += 8 + (key.length > sharedKey ? key.length : 0) + sizeOf((value as Members)[key]);
  return size;
}

type Members = Readonly<Record<string, unknown>>;

/** The length of a text in UTF-8; of one that is short and ASCII, as most are, without a call out of JavaScript. */
function bytesOf(text: string): number {
  if (text.length > sharedKey) return Buffer.byteLength(text);
  let all = 0;
  for (let index = 0; index < text.length; index++) all |= text.charCodeAt(index);
  return all < 0x80 ? text.length : Buffer.byteLength(text);
}
