/** @import { Span } from '../api/types.js' */

/**
 * @typedef {'cause' | 'retry' | 'origin' | 'began' | 'broken'} LinkKind what a link leads to: what caused the span, which for a message is
 *   its sender (`cause`); the attempt before (`retry`); what a replayed message was at first (`origin`); where the span's own trace began,
 *   to which the tree leads (`began`); or what was sent before other software began another trace (`broken`)
 */

const words = { cause: 'caused by', retry: 'attempt before', origin: 'replay of', began: 'began with', broken: 'trace broken after' };

const kindName = 'tracelink.link.kind';

/**
 * @param {Span} span
 * @returns {LinkKind[]} the kinds of its links, in their order
 */
export function linkKinds(span) {
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

/**
 * What the other end of each link is to its span, in words.
 *
 * @param {Span} span
 * @returns {string[]} in the order of the links
 */
export function relationsOf(span) {
  return linkKinds(span).map((kind) => words[kind]);
}
