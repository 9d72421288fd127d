/** @import { Section, SpanNode, Waterfall } from './build-waterfall.js' */

/**
 * @typedef {object} Row a trace's heading, or a span of it
 * @property {string} key
 * @property {Section} section
 * @property {SpanNode} [node]
 * @property {boolean} [expanded]
 * @property {number} position among the rows of its level that belong to one row, from 1
 * @property {number} setSize how many those are
 */

/**
 * @typedef {object} Rows
 * @property {Row[]} rows
 * @property {(key: string | undefined) => number} indexOf -1 where no row has the key
 * @property {(node: SpanNode) => number} rowOf index of the row that shows the span, or that hides it below itself
 */

/** @param {Section} section */
export function sectionKey({ traceId }) {
  return `trace-${traceId}`;
}

/**
 * Rows are open until one closes them, but a linked trace, also one that comes later, is one row until one opens it.
 *
 * @param {Section} section
 * @param {ReadonlySet<string>} toggled keys of rows that are not as they were at first
 * @returns {boolean} whether the spans of the trace show
 */
export function isSectionOpen(section, toggled) {
  return toggled.has(sectionKey(section)) !== section.opened;
}

/**
 * @param {Waterfall} waterfall
 * @param {ReadonlySet<string>} toggled keys of rows that are not as they were at first
 * @returns {Rows}
 */
export function visibleRows({ sections }, toggled) {
  /** @type {Row[]} */
  const rows = [];
  /** @type {Map<string, number>} */
  const byKey = new Map();
  /** @type {Map<SpanNode, number>} */
  const byNode = new Map();
  /** @param {Row} row */
  const add = (row) => {
    byKey.set(row.key, rows.length);
    rows.push(row);
  };
  for (const [index, section] of sections.entries()) {
    const key = sectionKey(section);
    const expanded = isSectionOpen(section, toggled);
    add({ key, section, expanded, position: index + 1, setSize: sections.length });
    // Up to here, spans are hidden below the row before.
    let hiddenUntil = expanded ? 0 : section.nodes.length;
    for (const node of section.nodes) {
      if (node.index >= hiddenUntil) {
        const open = !toggled.has(node.key);
        const below = node.end === node.index + 1 ? {} : { expanded: open };
        add({ key: node.key, section, node, ...below, position: node.position, setSize: node.siblings });
        if (!open) hiddenUntil = node.end;
      }
      byNode.set(node, rows.length - 1);
    }
  }
  return {
    rows,
    indexOf: (key) => (key === undefined ? -1 : (byKey.get(key) ?? -1)),
    rowOf: (node) => byNode.get(node) ?? 0,
  };
}
