/** @import { Span } from '../api/types.js' */
/** @import { SpanNode, Waterfall } from './build-waterfall.js' */
import { idOf } from './build-waterfall.js';

/**
 * @typedef {object} LinkArrow from what happened first to the span that links to it
 * @property {SpanNode} from
 * @property {SpanNode} to
 * @property {LinkKind} kind
 */
/** @typedef {'cause' | 'retry' | 'origin'} LinkKind a creation context, the attempt before, or what a replayed message was at first */

/** @typedef {Span['links'][number]} Link */

// As many arrows from or to one span are a fan: more only make a black area.
const leastFan = 20;

/** @typedef {{ arrows: LinkArrow[], fans: ReadonlySet<SpanNode>, byTo: ReadonlyMap<SpanNode, LinkArrow[]>, missing: ReadonlyMap<SpanNode, number> }} Links */

/**
 * @param {Waterfall} waterfall
 * @returns {Links} `fans` are spans with very many arrows, `missing` counts the links of a span whose other end is not here
 */
export function findLinks({ sections, byId }) {
  /** @type {LinkArrow[]} */
  const arrows = [];
  /** @type {Map<SpanNode, number>} */
  const missing = new Map();
  for (const { nodes } of sections) {
    for (const node of nodes) {
      for (const link of node.span.links) {
        if (isOwnOrigin(node.span, link)) continue;
        const from = byId.get(idOf(link));
        if (from === undefined) missing.set(node, (missing.get(node) ?? 0) + 1);
        else if (from !== node) arrows.push({ from, to: node, kind: linkKind(link) });
      }
    }
  }
  const byTo = Map.groupBy(arrows, ({ to }) => to);
  const byEnd = [...byTo, ...Map.groupBy(arrows, ({ from }) => from)];
  const fans = new Set(byEnd.filter(([, ofSpan]) => ofSpan.length >= leastFan).map(([node]) => node));
  return { arrows, fans, byTo, missing };
}

const words = { cause: 'caused by', retry: 'attempt before', origin: 'replay of' };

/**
 * What the other end of a link is to its span, in words.
 *
 * @param {Span} span
 * @param {Link} link of it
 */
export function relationOf(span, link) {
  return isOwnOrigin(span, link) ? 'began with' : words[linkKind(link)];
}

/**
 * Whether a link leads to the origin of the span's own trace: a second hop has one, and the tree leads there. A replay has its origin in
 * another trace.
 *
 * @param {Span} span
 * @param {Link} link of it
 */
function isOwnOrigin(span, link) {
  return linkKind(link) === 'origin' && link.traceId === span.traceId;
}

/**
 * @param {Link} link
 * @returns {LinkKind}
 */
function linkKind({ attributes }) {
  const kind = attributes['tracelink.link.kind'];
  if (kind === 'previous_attempt') return 'retry';
  return kind === 'origin' ? 'origin' : 'cause';
}
