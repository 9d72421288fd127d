import type { HeldSpan } from './held-trace.ts';

/** What V8 spends on the maps of a trace that is linked to, on the set of a trace that links to it, and on a span in it, as measured. */
const [ofTarget, ofSource, ofSpan] = [220, 150, 15];

/**
 * The links of all spans in memory, the other way round: who links to a trace. It knows also who links to traces that are not here,
 * since spans arrive in any order.
 */
export class LinkIndex {
  /** By the trace that is linked to, then by the trace that links. */
  readonly #linking = new Map<string, Map<string, Set<HeldSpan>>>();
  /** What all of it takes in memory, about. */
  bytes = 0;

  add(held: HeldSpan): void {
    for (const { traceId } of held.span.links) {
      let bySource = this.#linking.get(traceId);
      if (bySource === undefined) {
        this.#linking.set(traceId, (bySource = new Map()));
        this.bytes += ofTarget;
      }
      let spans = bySource.get(held.span.traceId);
      if (spans === undefined) {
        bySource.set(held.span.traceId, (spans = new Set()));
        this.bytes += ofSource;
      }
      if (spans.has(held)) continue;
      spans.add(held);
      this.bytes += ofSpan;
    }
  }

  remove(held: HeldSpan): void {
    for (const { traceId } of held.span.links) {
      const bySource = this.#linking.get(traceId);
      const spans = bySource?.get(held.span.traceId);
      if (bySource === undefined || spans === undefined) continue;
      if (spans.delete(held)) this.bytes -= ofSpan;
      if (spans.size === 0 && bySource.delete(held.span.traceId)) this.bytes -= ofSource;
      if (bySource.size === 0 && this.#linking.delete(traceId)) this.bytes -= ofTarget;
    }
  }

  /** The ids of the traces with a span that links to the trace; its own id is among them where it links to itself. */
  tracesLinkingTo(traceId: string): Iterable<string> {
    return this.#linking.get(traceId)?.keys() ?? [];
  }

  /** The spans that link to some span of the trace. */
  *spansLinkingTo(traceId: string): Generator<HeldSpan> {
    for (const spans of this.#linking.get(traceId)?.values() ?? []) yield* spans;
  }
}
