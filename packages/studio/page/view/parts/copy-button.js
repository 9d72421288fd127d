import { html } from '../../html.js';
import { useState } from '../../vendor/preact-hooks.js';

/** @param {{ text: () => string, label: unknown }} props `text` is asked for when it is copied */
export function CopyButton({ text, label }) {
  const [said, setSaid] = useState('');
  const copy = async () => {
    setSaid((await copied(text())) ? 'Copied' : 'Could not copy');
    setTimeout(setSaid, 2_000, '');
  };
  return html`<button type="button" class="small" onClick=${copy}>${label}</button><span role="status" class="copied">${said}</span>`;
}

/**
 * @param {string} text
 * @returns {Promise<boolean>}
 */
async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Over plain HTTP from another machine there is no clipboard, only the old command.
    const area = document.createElement('textarea');
    area.value = text;
    document.body.append(area);
    area.select();
    const done = document.execCommand('copy');
    area.remove();
    return done;
  }
}
