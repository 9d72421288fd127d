/** @import { FlowAnswer, Percentiles } from '../../api/types.js' */
import { html } from '../../html.js';
import { formatCount, formatDuration } from '../../model/format.js';
import { printableLine } from '../../model/printable.js';
import { Capped } from '../parts/capped.js';
import { ErrorsLink, placeOf, placeOfWay, TracesLink } from './trace-links.js';

// Of names that no two spans share, an id in them say, there may be a hundred thousand.
const rowsAtFirst = 500;

/** @param {{ flow: FlowAnswer, since?: string | undefined }} props `since` is when the time that was counted began */
export function FlowTables({ flow: { nodes, edges }, since }) {
  const names = new Map(nodes.map(({ id, name }) => [id, name]));
  /** @param {string} id */
  const nameOf = (id) => html`<bdi>${printableLine(names.get(id) ?? id)}</bdi>`;
  return html`<div class="flow-tables">
    <div class="table-scroller" tabindex="0" role="region" aria-label="Table of ways">
      <${Capped} items=${edges} limit=${rowsAtFirst}>
        ${(/** @type {FlowAnswer['edges']} */ shown) =>
          html`<table>
            <caption>
              Ways
            </caption>
            <thead>
              <tr>
                ${['From', 'To', 'Count', 'Errors', 'Queue p50', 'Queue p99'].map((name) => html`<th key=${name} scope="col">${name}</th>`)}
              </tr>
            </thead>
            <tbody>
              ${shown.map(
                ({ from, to, count, errors, queueTime }) =>
                  html`<tr key=${`${from} ${to}`}>
                    <td>${nameOf(from)}</td>
                    <td>${nameOf(to)}</td>
                    <td><${TracesLink} place=${placeOfWay({ from, to }, since)}>${formatCount(count)}<//></td>
                    <td>${errors === 0 ? '0' : html`<${ErrorsLink} place=${placeOfWay({ from, to }, since)} errors=${errors} />`}</td>
                    <${PercentileCells} of=${queueTime} />
                  </tr>`,
              )}
            </tbody>
          </table>`}
      <//>
    </div>
    <div class="table-scroller" tabindex="0" role="region" aria-label="Table of services and topics">
      <${Capped} items=${nodes} limit=${rowsAtFirst}>
        ${(/** @type {FlowAnswer['nodes']} */ shown) =>
          html`<table>
            <caption>
              Services and topics
            </caption>
            <thead>
              <tr>
                ${['Name', 'Kind', 'Spans', 'Errors', 'Processing p50', 'Processing p99'].map((name) => html`<th key=${name} scope="col">${name}</th>`)}
              </tr>
            </thead>
            <tbody>
              ${shown.map(
                ({ id, kind, name, spans, errors, processing }) =>
                  html`<tr key=${id}>
                    <td><${TracesLink} place=${placeOf({ kind, name }, since)}>${nameOf(id)}<//></td>
                    <td>${kind}</td>
                    <td>${formatCount(spans)}</td>
                    <td>${errors === 0 ? '0' : html`<${ErrorsLink} place=${placeOf({ kind, name }, since)} errors=${errors} />`}</td>
                    <${PercentileCells} of=${processing} />
                  </tr>`,
              )}
            </tbody>
          </table>`}
      <//>
    </div>
  </div>`;
}

/** @param {{ of: Percentiles | undefined }} props */
function PercentileCells({ of }) {
  return html`<td>${of === undefined ? '–' : formatDuration(of.p50Us)}</td>
    <td>${of === undefined ? '–' : formatDuration(of.p99Us)}</td>`;
}
