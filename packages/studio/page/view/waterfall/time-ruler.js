/** @import { TimeScale } from '../../model/time-scale.js' */
/** @import { RefObject } from '../../vendor/preact.js' */
import { html } from '../../html.js';
import { labelRuler } from '../../model/ruler-labels.js';

/**
 * The time since the first span, and where idle time is cut.
 *
 * @param {{ scale: TimeScale, startUs: number, width: number, axisRef: RefObject<HTMLElement | null>, divider: unknown }} props
 */
export function TimeRuler({ scale, startUs, width, axisRef, divider }) {
  const { ticks, cuts } = labelRuler(scale, startUs, width);
  return html`<div class="ruler">
    <div class="ruler-name" aria-hidden="true">Service and span</div>
    ${divider}
    <div class="axis" aria-hidden="true" ref=${axisRef}>
      ${cuts.map(
        ({ position, width: share, text }) =>
          html`<span key=${`cut ${position}`} class="cut" style=${{ left: `${position * 100}%`, width: `${share * 100}%` }}>
            <span class="cut-text">${text}</span>
          </span>`,
      )}
      ${ticks.map(
        ({ position, text }) =>
          html`<span key=${position} class=${position === 1 ? 'tick tick-last' : 'tick'} style=${{ left: `${position * 100}%` }}>
            ${text}
          </span>`,
      )}
    </div>
  </div>`;
}
