/** @import { Attributes, Json } from '../../api/types.js' */
import { html } from '../../html.js';
import { printableLine, printableText } from '../../model/printable.js';
import { Capped } from './capped.js';

// A longer value gets a box that scrolls.
const longValue = 400;

/** @param {{ attributes: Attributes, label: string, urlOf?: (key: string, value: Json) => string }} props `urlOf` leads to what else has it */
export function AttributeTable({ attributes, label, urlOf }) {
  const entries = Object.entries(attributes).sort(([a], [b]) => (a < b ? -1 : 1));
  if (entries.length === 0) return html`<p class="none">None</p>`;
  return html`<${Capped} items=${entries} limit=${100}>
    ${(/** @type {[string, Json][]} */ shown) =>
      html`<table class="attributes" aria-label=${label}>
        <tbody>
          ${shown.map(
            ([name, value]) =>
              html`<tr key=${name}>
                <th scope="row"><${Name} name=${name} url=${urlOf?.(name, value)} /></th>
                <td><${Value} value=${value} name=${name} /></td>
              </tr>`,
          )}
        </tbody>
      </table>`}
  <//>`;
}

/** @param {{ name: string, url: string | undefined }} props */
function Name({ name, url }) {
  const text = html`<bdi>${printableLine(name)}</bdi>`;
  return url === undefined ? text : html`<a href=${url} title="Traces with this value">${text}</a>`;
}

/** @param {{ value: Json, name: string }} props */
function Value({ value, name }) {
  const text = printableText(typeof value === 'string' ? value : JSON.stringify(value));
  if (text.length <= longValue && !text.includes('\n')) return html`<bdi>${text}</bdi>`;
  return html`<pre class="long-value" tabindex="0" role="region" aria-label=${`Value of ${printableLine(name)}`}><bdi>${text}</bdi></pre>`;
}
