/** @import { Span, Trace, TraceAnswer } from '../api/types.js' */
/** @import { Traits } from './span-traits.js' */
import { endOf, traitsOf } from './span-traits.js';

/**
 * @typedef {object} Section one trace
 * @property {string} traceId
 * @property {boolean} opened the one that was asked for
 * @property {boolean} imported it came out of a file
 * @property {number} logLines
 * @property {number} lostLogLines how many came before them and are gone
 * @property {SpanNode[]} nodes parents before their children, siblings by their start
 * @property {number} startUs
 * @property {number} endUs
 * @property {number} errors
 */

/**
 * @typedef {object} SpanNode
 * @property {string} key one of a kind on the page, even where a span id came twice
 * @property {Span} span
 * @property {Section} section
 * @property {number} depth 0 for roots
 * @property {SpanNode} [parent]
 * @property {number} index in the section's nodes
 * @property {number} end index after its last descendant
 * @property {number} position among its siblings, from 1
 * @property {number} siblings how many children its parent has, or roots its section, with itself
 * @property {boolean} orphan its parent is not here
 * @property {Traits} traits
 */

/**
 * @typedef {object} Waterfall
 * @property {Section[]} sections the opened one, and the others by their start
 * @property {ReadonlyMap<string, SpanNode>} byId by `traceId-spanId`
 * @property {number} startUs
 * @property {number} endUs
 * @property {number} spans
 */

/**
 * @param {{ traceId: string, spanId: string }} reference
 * @returns {string}
 */
export function idOf({ traceId, spanId }) {
  return `${traceId}-${spanId}`;
}

/**
 * Orders the spans of a trace and its related traces as a waterfall draws them.
 *
 * @param {TraceAnswer} answer
 * @returns {Waterfall}
 */
export function buildWaterfall(answer) {
  /** @type {Map<string, SpanNode>} */
  const byId = new Map();
  const sections = [answer, ...answer.related]
    .filter(({ spans }) => spans.length > 0)
    .map((trace) => buildSection(trace, trace === answer, byId))
    .sort((a, b) => Number(b.opened) - Number(a.opened) || a.startUs - b.startUs);
  return {
    sections,
    byId,
    startUs: sections.reduce((least, { startUs }) => Math.min(least, startUs), Infinity),
    endUs: sections.reduce((most, { endUs }) => Math.max(most, endUs), -Infinity),
    spans: sections.reduce((sum, { nodes }) => sum + nodes.length, 0),
  };
}

/**
 * @param {Trace} trace
 * @param {boolean} opened
 * @param {Map<string, SpanNode>} byId gets the nodes
 * @returns {Section}
 */
function buildSection({ traceId, imported, logLines, lostLogLines, spans }, opened, byId) {
  const sorted = [...spans].sort((a, b) => a.startUs - b.startUs || b.durationUs - a.durationUs);
  /** @type {Section} */
  const section = { traceId, opened, imported, logLines, lostLogLines, nodes: [], startUs: Infinity, endUs: -Infinity, errors: 0 };
  for (const span of sorted) {
    section.startUs = Math.min(section.startUs, span.startUs);
    section.endUs = Math.max(section.endUs, endOf(span));
    if (span.status === 'error') section.errors += 1;
  }
  placeForest(section, sorted, byId);
  countSiblings(section.nodes);
  return section;
}

/**
 * @param {Section} section
 * @param {Span[]} sorted
 * @param {Map<string, SpanNode>} byId
 */
function placeForest(section, sorted, byId) {
  const ids = new Set(sorted.map(({ spanId }) => spanId));
  /** @param {Span} span */
  const isParentHere = ({ parentSpanId }) => parentSpanId === undefined || ids.has(parentSpanId);
  /** @param {Span} span */
  const isChild = ({ parentSpanId, spanId }) => parentSpanId !== undefined && parentSpanId !== spanId && ids.has(parentSpanId);
  const children = Map.groupBy(sorted.filter(isChild), ({ parentSpanId }) => parentSpanId);
  /** @type {Set<Span>} */
  const placed = new Set();
  /** @param {Span} root */
  const placeTree = (root) => {
    // A stack of our own: a trace may be deeper than the call stack. A node on it a second time is closed by that.
    /** @type {(SpanNode | { span: Span, parent?: SpanNode })[]} */
    const stack = [{ span: root }];
    for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
      if ('key' in next) {
        next.end = section.nodes.length;
        continue;
      }
      if (placed.has(next.span)) continue;
      placed.add(next.span);
      const node = place(section, next.span, next.parent, byId);
      node.orphan = next.parent === undefined && !isParentHere(next.span);
      stack.push(node);
      const own = children.get(next.span.spanId) ?? [];
      // A span id that came twice has its children once, under the first.
      children.delete(next.span.spanId);
      for (const span of own.toReversed()) stack.push({ span, parent: node });
    }
  };
  for (const span of sorted) if (!isChild(span)) placeTree(span);
  // Only spans in a circle of parents are left: each circle starts with its earliest span.
  for (const span of sorted) if (!placed.has(span)) placeTree(span);
}

/**
 * @param {Section} section
 * @param {Span} span
 * @param {SpanNode | undefined} parent
 * @param {Map<string, SpanNode>} byId
 * @returns {SpanNode}
 */
function place(section, span, parent, byId) {
  const id = idOf(span);
  const index = section.nodes.length;
  /** @type {SpanNode} */
  const node = {
    key: byId.has(id) ? `${id}-${index}` : id,
    span,
    section,
    depth: parent === undefined ? 0 : parent.depth + 1,
    ...(parent === undefined ? {} : { parent }),
    index,
    end: index + 1,
    position: 1,
    siblings: 1,
    orphan: false,
    traits: traitsOf(span, parent?.span),
  };
  section.nodes.push(node);
  if (!byId.has(id)) byId.set(id, node);
  return node;
}

/** @param {SpanNode[]} nodes in the order of a section */
function countSiblings(nodes) {
  for (const siblings of Map.groupBy(nodes, ({ parent }) => parent).values()) {
    for (const [index, node] of siblings.entries()) {
      node.position = index + 1;
      node.siblings = siblings.length;
    }
  }
}
