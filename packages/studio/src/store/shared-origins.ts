import type { Origin } from '../telemetry/span.ts';
import { sizeOf } from './size-of.ts';

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
