import type { Span } from './span.ts';

/** What a link leads to. */
export type LinkKind =
  /** What caused the span: for a message its sender. */
  | 'cause'
  /** The attempt before. */
  | 'retry'
  /** What a replayed message was at first. */
  | 'origin'
  /** Where the span's own trace began, hops before. */
  | 'began'
  /** What was sent before other software began another trace. */
  | 'broken';

const kindName = 'tracelink.link.kind';

/**
 * Links without a kind, which other software writes too, lead to causes.
 *
 * @returns the kinds of a span's links, in their order
 */
export function linkKinds(span: Span): LinkKind[] {
  const named = span.links.filter(({ attributes }) => attributes[kindName] !== undefined);
  if (named.length === 0) return span.links.map(() => 'cause');
  const brokenTraces = new Set(named.filter(({ attributes }) => attributes[kindName] === 'broken_trace').map(({ traceId }) => traceId));
  // Where the trace broke at its origin, there is no link but that to the origin.
  const brokeAtOrigin = brokenTraces.size === 0 && span.events.some(({ name }) => name === 'tracelink.trace.broken');
  return span.links.map((link) => {
    const kind = link.attributes[kindName];
    if (kind === 'previous_attempt') return 'retry';
    if (kind === 'broken_trace') return 'broken';
    if (kind !== 'origin') return 'cause';
    if (link.traceId === span.traceId || brokenTraces.has(link.traceId)) return 'began';
    return brokeAtOrigin ? 'broken' : 'origin';
  });
}

/** The links to what caused a span. The trace origin, and what was sent before other software broke the trace, did so hops before. */
export function causesOf(span: Span): Span['links'] {
  const kinds = linkKinds(span);
  return span.links.filter((_, index) => kinds[index] === 'cause');
}
