/** @import { Finding } from '../../api/provider-types.js' */
import { html } from '../../html.js';
import { plural } from '../../model/format.js';
import { printableLine, printableText } from '../../model/printable.js';
import { deadLettersUrl } from '../../router.js';

/**
 * What is wrong, what it does, the fix, and records that show it.
 *
 * @param {{ topic: string, read: number, finding: Finding, linksRecords: boolean }} props `read`: how many records of the topic were read
 */
export function FindingView({ topic, read, finding, linksRecords }) {
  const { rule, title, records, of, share, effect, fix, causes, docs, examples } = finding;
  // A back end is asked about some of them.
  const asked = of === read ? '' : ` of ${of} asked for`;
  const facts = [
    ['What it does', printableText(effect)],
    ['Fix', html`${printableText(fix)}${' '}<a href=${docs} target="_blank" rel="noreferrer">Docs</a>`],
    ...(causes === undefined ? [] : [['Seen in', printableText(causes)]]),
  ];
  return html`<article class="finding">
    <h3>${printableText(title)}</h3>
    <p class="faint"><code>${rule}</code> ${plural(records, 'record')}, ${percent(share)}${asked}</p>
    <dl class="facts">
      ${facts.map(
        ([name, fact]) =>
          html`<div key=${name}>
            <dt>${name}</dt>
            <dd>${fact}</dd>
          </div>`,
      )}
    </dl>
    <ul class="finding-examples" aria-label="Records that show it">
      ${examples.map(({ partition, offset, key, seen, value }) => {
        const place = `${partition}/${offset}`;
        const ofKey = key === undefined || key === null ? '' : ` key ${printableLine(key)}`;
        return html`<li key=${place}>
          ${linksRecords ? html`<a href=${deadLettersUrl(topic, partition, offset)}>${place}</a>` : place}${ofKey}: ${printableText(seen)}
          ${value !== undefined && html`${' '}<code><bdi>${printableLine(value)}</bdi></code>`}
        </li>`;
      })}
    </ul>
  </article>`;
}

/**
 * @param {number} share from 0 to 1
 * @returns {string} never 0 % of something that is there
 */
function percent(share) {
  return share < 0.01 ? 'below 1 %' : `${Math.floor(share * 100)} %`;
}
