/** @import { Span } from '../../api/types.js' */
/** @import { LinkArrow } from '../find-links.js' */
/** @import { SpanNode, Waterfall } from '../build-waterfall.js' */
/** @import { Links } from '../find-links.js' */
import { idOf } from '../build-waterfall.js';
import { endOf } from '../span-traits.js';

/**
 * @typedef {object} Wait time before a span in which its message lay in a topic
 * @property {'queue' | 'retry' | 'again'} kind since it was sent, since the attempt before, or since it came to its group before
 * @property {number} fromUs
 * @property {number} toUs start of the span
 */

/**
 * @param {Waterfall} waterfall
 * @param {Links} links
 * @returns {Map<SpanNode, Wait>}
 */
export function findWaits({ sections, byId }, { arrows, byTo }) {
  const byFrom = Map.groupBy(arrows, ({ from }) => from);
  /** @type {Map<SpanNode, Wait>} */
  const waits = new Map();
  for (const { nodes } of sections) {
    for (const node of nodes) {
      if (node.span.kind !== 'consumer') continue;
      const { cameAfter } = node.span.message ?? {};
      const wait = waitOf(node, byTo.get(node) ?? [], byFrom, cameAfter && byId.get(idOf(cameAfter)));
      // The broker may hand a message out before its sender has the answer: that is no wait.
      if (wait !== undefined && wait.fromUs < wait.toUs) waits.set(node, wait);
    }
  }
  return waits;
}

/**
 * @param {SpanNode} node
 * @param {LinkArrow[]} incoming
 * @param {ReadonlyMap<SpanNode, LinkArrow[]>} byFrom
 * @param {SpanNode | undefined} delivery that came before, of the same record
 * @returns {Wait | undefined}
 */
function waitOf(node, incoming, byFrom, delivery) {
  const toUs = node.span.startUs;
  const before = incoming.filter(({ kind }) => kind === 'retry').map(({ from }) => endOf(from.span));
  if (before.length > 0) return { kind: 'retry', fromUs: greatest(before), toUs };
  if (delivery !== undefined) return { kind: 'again', fromUs: endOf(delivery.span), toUs };
  // The origin of a replay, and what was sent before other software broke the trace, are of other messages.
  const senders = incoming.filter(({ kind }) => kind === 'cause').map(({ from }) => from);
  if (node.parent !== undefined) senders.push(node.parent);
  const sent = senders.filter(isSender).map((sender) => sentAt(sender, byFrom.get(sender) ?? [], toUs));
  // Of a batch, the message that waited longest.
  return sent.length === 0 ? undefined : { kind: 'queue', fromUs: least(sent), toUs };
}

/** @param {Span} span */
function isSend({ message }) {
  return message?.does === 'send';
}

/** @param {SpanNode} node */
function isSender({ span }) {
  return span.kind === 'producer' || isSend(span);
}

/**
 * When a message lay in its topic. What was created first and sent later, from an outbox say, waited elsewhere until then.
 *
 * @param {SpanNode} sender
 * @param {LinkArrow[]} outgoing
 * @param {number} takenUs a send that began later is another one: to a dead-letter topic, say
 */
function sentAt({ span }, outgoing, takenUs) {
  if (span.message?.does !== 'create') return endOf(span);
  const sends = outgoing.map(({ to }) => to.span).filter((candidate) => isSend(candidate) && candidate.startUs <= takenUs);
  return sends.length === 0 ? endOf(span) : least(sends.map(endOf));
}

/** @param {number[]} values */
const least = (values) => values.reduce((a, b) => Math.min(a, b));
/** @param {number[]} values */
const greatest = (values) => values.reduce((a, b) => Math.max(a, b));
