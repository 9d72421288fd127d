import { onLiveState } from '../../api/live.js';
import { html } from '../../html.js';
import { useEffect, useState } from '../../vendor/preact-hooks.js';

const words = { connecting: 'Connecting', live: 'Live', lost: 'Not connected' };

/** Whether what is shown is kept up to date. */
export function LiveBadge() {
  const [state, setState] = useState(/** @type {import('../../api/live.js').LiveState} */ ('connecting'));
  useEffect(() => onLiveState(setState), []);
  return html`<span class=${`live live-${state}`} role="status">${words[state]}</span>`;
}
