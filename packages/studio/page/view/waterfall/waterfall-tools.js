import { html } from '../../html.js';

/**
 * @typedef {object} ToolsProps
 * @property {boolean} canZoom
 * @property {boolean} zoomed
 * @property {boolean} cutIdle
 * @property {() => void} onZoom
 * @property {() => void} onWhole
 * @property {(cut: boolean) => void} onCutIdle
 * @property {() => void} onCollapse
 * @property {() => void} onExpand
 */

/** @param {ToolsProps} props */
export function WaterfallTools({ canZoom, zoomed, cutIdle, onZoom, onWhole, onCutIdle, onCollapse, onExpand }) {
  return html`<div class="tools">
    <button type="button" class="small" disabled=${!canZoom} onClick=${onZoom}>Zoom to span</button>
    <button type="button" class="small" disabled=${!zoomed} onClick=${onWhole}>Whole time</button>
    <button type="button" class="small" onClick=${onCollapse}>Collapse all</button>
    <button type="button" class="small" onClick=${onExpand}>Expand all</button>
    <label>
      <input type="checkbox" checked=${cutIdle} onChange=${(/** @type {any} */ event) => onCutIdle(event.currentTarget.checked)} />
      Cut idle time
    </label>
    <ul class="legend" aria-label="Legend">
      <li><span class="sample sample-queue"></span>in the queue</li>
      <li><span class="sample sample-retry"></span>before the next attempt</li>
      <li>
        <svg width="26" height="8" aria-hidden="true"><path class="arrow arrow-cause" d="M0 4h24" /></svg>causes
      </li>
      <li>
        <svg width="26" height="8" aria-hidden="true"><path class="arrow arrow-retry" d="M0 4h24" /></svg>is retried
      </li>
      <li>
        <svg width="26" height="8" aria-hidden="true"><path class="arrow arrow-origin" d="M0 4h24" /></svg>is replayed
      </li>
    </ul>
  </div>`;
}
