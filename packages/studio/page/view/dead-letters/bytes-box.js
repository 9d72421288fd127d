/** @import { ShownBytes } from '../../api/provider-types.js' */
import { html } from '../../html.js';
import { formatBytes } from '../../model/format.js';
import { printableText } from '../../model/printable.js';
import { bytesOf, readBytes } from '../../model/dead-letters/read-bytes.js';
import { useMemo } from '../../vendor/preact-hooks.js';

// A shorter text of one line needs no box of its own.
const shortText = 120;

/**
 * Bytes of a record, in the form in which they can be read best.
 *
 * @param {{ bytes: ShownBytes | null, label: string }} props
 */
export function BytesBox({ bytes, label }) {
  const read = useMemo(() => bytes && readBytes(bytes), [bytes]);
  const told = useMemo(() => bytes && bytesOf(bytes.base64).length, [bytes]);
  if (bytes === null || read === null || told === null) return html`<p class="none">null</p>`;
  if (bytes.size === 0) return html`<p class="none">empty</p>`;
  const text = printableText(read.text);
  const note = read.form === 'text' ? '' : `${read.form === 'json' ? 'JSON' : 'hexadecimal'}, `;
  const size = told < bytes.size ? `the first ${formatBytes(told)} of ${formatBytes(bytes.size)}` : formatBytes(bytes.size);
  if (text.length <= shortText && !text.includes('\n') && told === bytes.size)
    return html`<p class="bytes-line"><code><bdi>${text}</bdi></code>${read.form === 'hex' && html` <small>hexadecimal</small>`}</p>`;
  return html`<pre class="bytes" tabindex="0" role="region" aria-label=${label}><bdi>${text}</bdi></pre>
    <p class="bytes-note">${note}${size}</p>`;
}
