/** @import { LinkKind } from '../api/types.js' */
/** @import { SpanNode, Waterfall } from './build-waterfall.js' */
import { idOf } from './build-waterfall.js';

/**
 * @typedef {object} LinkArrow from what happened first to the span that links to it
 * @property {SpanNode} from
 * @property {SpanNode} to
 * @property {LinkKind} kind
 */

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
        // The tree leads to where the trace began.
        if (link.kind === 'began') continue;
        const from = byId.get(idOf(link));
        if (from === undefined) missing.set(node, (missing.get(node) ?? 0) + 1);
        else if (from !== node) arrows.push({ from, to: node, kind: link.kind });
      }
    }
  }
  const byTo = Map.groupBy(arrows, ({ to }) => to);
  const byEnd = [...byTo, ...Map.groupBy(arrows, ({ from }) => from)];
  const fans = new Set(byEnd.filter(([, ofSpan]) => ofSpan.length >= leastFan).map(([node]) => node));
  return { arrows, fans, byTo, missing };
}
