/** @import { Span } from '../../api/types.js' */
/** @import { SpanNode } from '../build-waterfall.js' */
import { idOf } from '../build-waterfall.js';
import { messageAttribute } from '../message-attributes.js';

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
  for (const [key, same] of Map.groupBy(nodes, ({ span }) => recordOf(span))) {
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
 * A place alone is no record: the offsets of a topic that was made anew, or of a broker that forgets its topics when it ends, begin at 0
 * again. Who sent what is there is another one then.
 *
 * @param {Span} span
 * @returns {string | undefined} undefined for a span that works on no one record, or does not say who sent it
 */
function recordOf(span) {
  const { kind, service, attributes } = span;
  const offset = messageAttribute(attributes, 'offset');
  const operation = messageAttribute(attributes, 'operation');
  if (kind !== 'consumer' || offset === undefined || receiving.some((name) => name === operation)) return undefined;
  const sender = senderOf(span);
  if (sender === undefined) return undefined;
  const [topic, partition] = [messageAttribute(attributes, 'topic'), messageAttribute(attributes, 'partition')];
  // As texts: an instrumentation has the number 7 where another has "7".
  return [topic, partition, offset, messageAttribute(attributes, 'group') ?? service, ...sender].map(String).join('\n');
}

/**
 * @param {Span} span
 * @returns {string[] | undefined} what its links name as causes; where there is none, its parent
 */
function senderOf({ traceId, parentSpanId, links }) {
  const causes = links.filter(({ kind }) => kind === 'cause').map(idOf);
  if (causes.length > 0) return causes.sort();
  return parentSpanId === undefined ? undefined : [idOf({ traceId, spanId: parentSpanId })];
}
