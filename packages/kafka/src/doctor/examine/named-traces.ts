import type { NamedTrace } from '../back-ends/ask-for-traces.ts';

/** A back end is asked for no more of a topic. */
const mostAsked = { sampled: 20, unsampled: 5 };

/** Milliseconds that exporters and back ends may take. */
const lateness = 30_000;

/**
 * The traces of a topic that a back end is asked for, each once. They are the newest ones, as a back end forgets old ones, but for those
 * of the last half minute, which may be on their way.
 */
export class NamedTraces {
  readonly #latest: number;
  readonly #sampled = new Map<string, NamedTrace>();
  readonly #unsampled = new Map<string, NamedTrace>();

  /** @param now milliseconds since the epoch */
  constructor(now: number) {
    this.#latest = now - lateness;
  }

  /** The sampled ones first, each with the newest record that names it. */
  get all(): readonly NamedTrace[] {
    return [...this.#sampled.values(), ...this.#unsampled.values()];
  }

  add(trace: NamedTrace): void {
    if (trace.timestamp > this.#latest) return;
    if (trace.isSampled) keepNewest(this.#sampled, trace, mostAsked.sampled);
    else keepNewest(this.#unsampled, trace, mostAsked.unsampled);
  }
}

function keepNewest(named: Map<string, NamedTrace>, trace: NamedTrace, most: number): void {
  const before = named.get(trace.traceId);
  if (before === undefined || before.timestamp < trace.timestamp) named.set(trace.traceId, trace);
  if (named.size <= most) return;
  let oldest = trace;
  for (const each of named.values()) if (each.timestamp < oldest.timestamp) oldest = each;
  named.delete(oldest.traceId);
}
