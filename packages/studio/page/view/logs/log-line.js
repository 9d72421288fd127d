/** @import { LogLine } from '../../api/types.js' */
import { html } from '../../html.js';
import { printableLine, printableText } from '../../model/printable.js';
import { rankOf, severities } from '../../model/logs/trace-logs.js';
import { AttributeTable } from '../parts/attribute-table.js';

// A longer text gets a box that scrolls: a stack still shows as a whole.
const longText = 4_000;

/** @param {{ severity: string }} props */
export function Severity({ severity }) {
  const rank = rankOf(severity);
  const tone = rank >= severities.indexOf('error') ? 'failed' : rank === severities.indexOf('warn') ? 'warned' : undefined;
  return html`<b class=${tone}>${printableLine(severity)}</b>`;
}

/**
 * What a line says, and its attributes for who asks for them.
 *
 * @param {{ line: LogLine }} props
 */
export function LogText({ line: { body, attributes } }) {
  const text = printableText(typeof body === 'string' ? body : body === null ? '' : JSON.stringify(body));
  return html`${
    text.length <= longText
      ? html`<bdi class="log-body">${text}</bdi>`
      : html`<pre class="long-value" tabindex="0" role="region" aria-label="Text of the log line"><bdi>${text}</bdi></pre>`
  }
    ${
      Object.keys(attributes).length > 0 &&
      html`<details>
        <summary>Attributes</summary>
        <${AttributeTable} attributes=${attributes} label="Attributes of the log line" />
      </details>`
    }`;
}
