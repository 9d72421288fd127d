import type { ReceivedSpan } from './received-span.ts';

/**
 * A trace as a back end has it, with the traces that link to it and that it links to. A span source: `expectTrace` and the
 * chai plugin take it. It stays as it was when it was read.
 */
export interface BackEndTrace {
  readonly traceId: string;
  /** The spans of the trace itself first, then those of the linked ones. */
  readonly spans: readonly ReceivedSpan[];
  /** Whether this is not all: there are more linked traces than are looked at, or the back end let go of spans. */
  readonly truncated: boolean;
}

/** The trace and, of others, those that a link leads to or from: what is linked with those in turn is another story. */
export function withLinked(traceId: string, spans: readonly ReceivedSpan[], truncated: boolean): BackEndTrace {
  const byTrace = Map.groupBy(spans, (span) => span.traceId);
  const own = byTrace.get(traceId) ?? [];
  byTrace.delete(traceId);
  const linked = linkedIds(own);
  const others = [...byTrace.values()].filter((members) => members.some((span) => linked.has(span.traceId) || linksTo(span, traceId)));
  return { traceId, spans: [...own, ...others.flat()], truncated };
}

/** The traces that the spans link to. */
export function linkedIds(spans: readonly ReceivedSpan[]): Set<string> {
  return new Set(spans.flatMap(({ links }) => links.map((link) => link.traceId)));
}

function linksTo({ links }: ReceivedSpan, traceId: string): boolean {
  return links.some((link) => link.traceId === traceId);
}
