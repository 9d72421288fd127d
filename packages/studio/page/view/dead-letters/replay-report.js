/** @import { ReplayReport } from '../../api/provider-types.js' */
import { html } from '../../html.js';
import { formatCount, formatDuration, plural } from '../../model/format.js';
import { printableLine, printableText } from '../../model/printable.js';
import { deadLettersUrl, traceUrl } from '../../router.js';
import { Capped } from '../parts/capped.js';

/** @param {{ topic: string, report: ReplayReport, traceId: string | undefined }} props */
export function ReplayReportView({ topic, report, traceId }) {
  const { dryRun, counts, sent, problems, notes, durationMs, ended } = report;
  const outcomes = Object.entries(counts)
    .filter(([outcome, count]) => count > 0 || outcome === 'replayed')
    .map(([outcome, count]) => `${outcome === 'replayed' && dryRun ? 'would be replayed' : outcome} ${formatCount(count)}`)
    .join(', ');
  const sentCount = counts['replayed'] ?? 0;
  return html`<div class="replay-report">
    <p>
      ${`${outcomes}: ended ${printableLine(ended)} after ${formatDuration(durationMs * 1_000)}.`}
      ${sentCount === 0 && problems.length === 0 && ' What was replayed before is not sent again.'}
    </p>
    ${notes.map((note) => html`<p key=${note} class="replay-note">${printableText(note)}</p>`)}
    ${!dryRun && sentCount > 0 && html`<p><${TraceOf} made=${report.traceId} ofRecord=${traceId} /></p>`}
    ${problems.length > 0 && html`<h3>Not sent</h3>`}
    <ul class="replay-problems">
      ${problems.map(
        ({ partition, offset, reason }) =>
          html`<li key=${`${partition}/${offset}`}>
            <a href=${deadLettersUrl(topic, partition, offset)}>${partition}/${offset}</a> ${printableText(reason)}
          </li>`,
      )}
    </ul>
    ${
      sent.length > 0 &&
      html`<h3>${dryRun ? 'Would be sent' : 'Sent'}${sentCount > sent.length ? `, the first ${plural(sent.length, 'record')}` : ''}</h3>
        <${Capped} items=${sent} limit=${10}>
          ${(/** @type {ReplayReport['sent']} */ shown) =>
            html`<ul class="replay-sent">
              ${shown.map(
                ({ partition, offset, to, errorClass }) =>
                  html`<li key=${`${partition}/${offset}`}>
                    <a href=${deadLettersUrl(topic, partition, offset)}>${partition}/${offset}</a> to
                    <bdi> ${printableLine(to ?? 'its topic')}</bdi>${errorClass !== undefined && html`, <bdi>${printableLine(errorClass)}</bdi>`}
                  </li>`,
              )}
            </ul>`}
        <//>`
    }
  </div>`;
}

/** @param {{ made: string | undefined, ofRecord: string | undefined }} props */
function TraceOf({ made, ofRecord }) {
  if (made !== undefined) return html`<a href=${traceUrl(made)}>Open the trace of the replay</a>`;
  const own =
    ofRecord === undefined ? 'the records carry theirs on' : html`<a href=${traceUrl(ofRecord)}>the record carries its own on</a>`;
  return html`The replay has no trace, as this process has no SDK: ${own}.`;
}
