/** @import { LogLine } from '../../api/types.js' */
/** @import { SpanNode, Waterfall } from '../build-waterfall.js' */
import { idOf } from '../build-waterfall.js';
import { plural } from '../format.js';

/** @typedef {{ line: LogLine, traceId: string, node?: SpanNode }} TraceLog a line with its span, where that is here */

export const severities = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'];

/**
 * The lines of some traces in order of time.
 *
 * @param {Waterfall} waterfall
 * @param {readonly { traceId: string, logs: readonly LogLine[] }[]} traces
 * @returns {TraceLog[]}
 */
export function mergeLogs({ byId }, traces) {
  return traces
    .flatMap(({ traceId, logs }) =>
      logs.map((line) => {
        const node = byId.get(idOf({ traceId, spanId: line.spanId }));
        return { line, traceId, ...(node === undefined ? {} : { node }) };
      }),
    )
    .sort((a, b) => a.line.timeUs - b.line.timeUs);
}

/**
 * @param {readonly TraceLog[]} logs
 * @param {string} least the name of the lowest severity that is wanted; empty for any
 * @param {string} search text that is in the body, an attribute, the service or the span's name, in any case
 * @returns {TraceLog[]}
 */
export function filterLogs(logs, least, search) {
  const lowest = severities.indexOf(least);
  const wanted = search.trim().toLowerCase();
  return logs.filter(
    ({ line, node }) =>
      rankOf(line.severity) >= lowest &&
      (wanted === '' || JSON.stringify([line.body, line.attributes, line.service, node?.span.name]).toLowerCase().includes(wanted)),
  );
}

/**
 * @param {number} count of lines that came and went
 * @returns {string} a sentence, or its end
 */
export function lostLines(count) {
  return `${plural(count, 'earlier log line is', 'earlier log lines are')} no longer in memory.`;
}

/**
 * @param {string} severity as its logger calls it: WARN, Warning, warn
 * @returns {number} its place among the severities; one of another name is taken for information
 */
export function rankOf(severity) {
  const name = severity.toLowerCase();
  const rank = severities.findLastIndex((known) => name.startsWith(known.slice(0, 4)));
  if (rank >= 0) return rank;
  return /^(crit|emerg|alert|panic)/.test(name) ? severities.length - 1 : severities.indexOf('info');
}
