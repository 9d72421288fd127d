/** @import { ListedRecord } from '../../api/provider-types.js' */
import { html } from '../../html.js';
import { formatCount } from '../../model/format.js';
import { printableLine } from '../../model/printable.js';
import { deadLettersUrl, traceUrl } from '../../router.js';
import { LocalTime } from '../parts/local-time.js';

/** @param {{ topic: string, records: ListedRecord[] }} props */
export function RecordTable({ topic, records }) {
  return html`<div class="table-scroller" tabindex="0" role="region" aria-label="Records, newest first">
    <table class="letters-table">
      <thead>
        <tr>
          ${['Record', 'Time', 'Key', 'Error', 'From', 'Attempts', 'Trace'].map((name) => html`<th key=${name} scope="col">${name}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${records.map(
          ({ partition, offset, timestamp, key, errorClass, errorMessage, originalTopic, attempts, traceId }) =>
            html`<tr key=${`${partition}/${offset}`}>
              <td><a href=${deadLettersUrl(topic, partition, offset)}>${partition}/${offset}</a></td>
              <td><${LocalTime} ms=${timestamp} /></td>
              <td>${key === null ? html`<i>none</i>` : html`<bdi class="letter-key">${printableLine(key)}</bdi>`}</td>
              <td class="letter-error">
                <b><bdi>${printableLine(errorClass ?? 'unknown')}</bdi></b>
                ${errorMessage !== undefined && html`${' '}<bdi>${printableLine(errorMessage.split('\n', 1)[0] ?? '')}</bdi>`}
              </td>
              <td><bdi>${printableLine(originalTopic ?? '–')}</bdi></td>
              <td class="number">${attempts === undefined ? '–' : formatCount(attempts)}</td>
              <td>${traceId === undefined ? '–' : html`<a href=${traceUrl(traceId)}><code>${traceId.slice(0, 8)}</code></a>`}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}
