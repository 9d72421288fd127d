/** @import { RecordGroup } from '../../api/provider-types.js' */
import { html } from '../../html.js';
import { formatCount } from '../../model/format.js';
import { printableLine } from '../../model/printable.js';
import { deadLettersUrl, traceUrl } from '../../router.js';
import { LocalTime } from '../parts/local-time.js';

/** @param {{ topic: string, by: string, groups: RecordGroup[] }} props */
export function GroupTable({ topic, by, groups }) {
  const isTrace = by === 'traceId';
  const heads = [isTrace ? 'Trace' : 'Error', 'Records', 'Newest', 'Oldest', 'Newest message', 'From'];
  return html`<div class="table-scroller" tabindex="0" role="region" aria-label=${isTrace ? 'Records by trace' : 'Records by error'}>
    <table class="letters-table">
      <thead>
        <tr>
          ${heads.map((name) => html`<th key=${name} scope="col">${name}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${groups.map(
          ({ name, records, newest, oldest, errorMessage, originalTopics }) =>
            html`<tr key=${name ?? ''}>
              <td class="letter-error">
                ${
                  name === undefined
                    ? html`<i>none named</i>`
                    : html`<a href=${`${deadLettersUrl(topic)}?${new URLSearchParams({ [by]: name })}`}>
                        <bdi>${printableLine(isTrace ? name.slice(0, 16) : name)}</bdi>
                      </a>`
                }
                ${isTrace && name !== undefined && html`${' '}<small><a href=${traceUrl(name)}>open</a></small>`}
              </td>
              <td class="number">${formatCount(records)}</td>
              <td><${LocalTime} ms=${newest} /></td>
              <td><${LocalTime} ms=${oldest} /></td>
              <td class="letter-error"><bdi>${printableLine(errorMessage?.split('\n', 1)[0] ?? '')}</bdi></td>
              <td>${originalTopics.map(printableLine).join(', ')}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}
