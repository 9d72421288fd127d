/** @import { Attributes } from '../../api/types.js' */
/** @import { SpanNode } from '../build-waterfall.js' */

// Each name as the semantic conventions have it now, and as they had it before.
const topics = ['messaging.destination.name', 'messaging.destination'];
const partitions = ['messaging.destination.partition.id', 'messaging.kafka.destination.partition', 'messaging.kafka.partition'];
const offsets = ['messaging.kafka.offset', 'messaging.kafka.message.offset'];
const groups = ['messaging.consumer.group.name', 'messaging.kafka.consumer.group'];
const operations = ['messaging.operation.type', 'messaging.operation', 'messaging.operation.name'];
const receiving = ['receive', 'poll'];

/**
 * A record comes again to the same group when its handler failed, or its offset was not committed. A consumer without retries of its own
 * does not say so, but its spans have the same record.
 *
 * @param {readonly SpanNode[]} nodes
 * @returns {ReadonlyMap<SpanNode, SpanNode>} by a span that worked on a record, the one before it that did
 */
export function deliveriesBefore(nodes) {
  /** @type {Map<SpanNode, SpanNode>} */
  const before = new Map();
  for (const [key, same] of Map.groupBy(nodes, recordOf)) {
    if (key === undefined) continue;
    const inTime = same.toSorted((a, b) => a.span.startUs - b.span.startUs);
    for (const [index, node] of inTime.entries()) {
      const earlier = inTime[index - 1];
      if (earlier !== undefined) before.set(node, earlier);
    }
  }
  return before;
}

/**
 * @param {SpanNode} node
 * @returns {string | undefined} undefined for a span that works on no one record
 */
function recordOf({ span: { kind, service, attributes } }) {
  const offset = first(attributes, offsets);
  const operation = first(attributes, operations);
  if (kind !== 'consumer' || offset === undefined || receiving.some((name) => name === operation)) return undefined;
  // As texts: an instrumentation has the number 7 where another has "7".
  return [first(attributes, topics), first(attributes, partitions), offset, first(attributes, groups) ?? service].map(String).join('\n');
}

/**
 * @param {Attributes} attributes
 * @param {readonly string[]} names
 */
function first(attributes, names) {
  return names.map((name) => attributes[name]).find((value) => value !== undefined && value !== null);
}
