/** @import { DeadLetterRecord } from '../../api/provider-types.js' */
import { html } from '../../html.js';
import { formatCount } from '../../model/format.js';
import { printableLine } from '../../model/printable.js';
import { traceUrl } from '../../router.js';
import { LocalTime } from '../parts/local-time.js';

/** @param {{ record: DeadLetterRecord }} props */
export function RecordFacts({ record }) {
  const { originTraceId } = record;
  const { timestamp, writer, originalTopic, originalPartition, originalOffset, originalTimestamp, groupId, attempts, firstFailure } =
    record;
  const place = [originalTopic, originalPartition, originalOffset].filter((part) => part !== undefined).join('/');
  /** @type {[string, unknown][]} */
  const facts = [
    ['From', place === '' ? undefined : html`<bdi>${printableLine(place)}</bdi>`],
    ['Sent', originalTimestamp && html`<${LocalTime} ms=${originalTimestamp} />`],
    ['First failure', firstFailure && html`<${LocalTime} ms=${firstFailure} />`],
    ['Dead letter since', html`<${LocalTime} ms=${timestamp} />`],
    ['Group', groupId && html`<bdi>${printableLine(groupId)}</bdi>`],
    ['Attempts', attempts === undefined ? undefined : formatCount(attempts)],
    ['Replayed before', record.replays === 0 ? undefined : formatCount(record.replays)],
    [
      'First sent in',
      originTraceId !== undefined &&
        originTraceId !== record.traceId &&
        html`<a href=${traceUrl(originTraceId)}>trace <code>${originTraceId.slice(0, 8)}</code></a>`,
    ],
    ['Written by', writer && printableLine(writer)],
  ];
  return html`<dl class="facts">
    ${facts.map(
      ([name, fact]) =>
        fact !== undefined &&
        fact !== false &&
        html`<div key=${name}>
          <dt>${name}</dt>
          <dd>${fact}</dd>
        </div>`,
    )}
  </dl>`;
}
