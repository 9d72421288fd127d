/** @import { Span } from '../api/types.js' */

// Start and end of a span are rounded to whole microseconds each.
const rounding = 1;

/**
 * @typedef {object} Traits what makes a span stand out in asynchronous work
 * @property {number} [attempt] which attempt at a message it is, from 2 on
 * @property {boolean} deadLetter it writes, reads or gives up to a dead-letter topic
 * @property {number} [batch] how many messages it stands for
 * @property {boolean} detached its request did not wait for it
 */

/**
 * @param {Span} span
 * @param {Span} [parent]
 * @returns {Traits}
 */
export function traitsOf(span, parent) {
  const attempt = attemptOf(span);
  const batch = span.attributes['messaging.batch.message_count'];
  return {
    ...(attempt !== undefined && attempt > 1 ? { attempt } : {}),
    deadLetter: isDeadLetter(span),
    ...(typeof batch === 'number' ? { batch } : {}),
    detached: isDetached(span, parent),
  };
}

/**
 * @param {Span} span
 * @returns {number | undefined} 1 for the first
 */
export function attemptOf(span) {
  const attempt = span.attributes['tracelink.delivery.attempt'];
  return typeof attempt === 'number' ? attempt : undefined;
}

/** @param {Span} span */
function isDeadLetter(span) {
  // Dead-letter topics are named `{topic}.{groupId}.dead-letter`.
  return span.message?.topic?.endsWith('.dead-letter') || span.events.some(({ name }) => name === 'tracelink.delivery.dead_letter');
}

/**
 * @param {Span} span
 * @param {Span} [parent]
 */
function isDetached(span, parent) {
  if (span.kind !== 'internal') return false;
  if (span.attributes['tracelink.async'] === true) return true;
  // Work of other instrumentations, too: no one waits for what goes on after the answer was sent.
  return parent?.kind === 'server' && endOf(span) - endOf(parent) > rounding;
}

/** @param {Span} span */
export function endOf(span) {
  return span.startUs + span.durationUs;
}
