/** @import { TimeScale } from '../../model/time-scale.js' */
/** @import { RefObject } from '../../vendor/preact.js' */
import { html } from '../../html.js';
import { formatDuration } from '../../model/format.js';

const ticks = [0, 0.25, 0.5, 0.75, 1];

/**
 * The time since the first span, and where idle time is cut.
 *
 * @param {{ scale: TimeScale, startUs: number, axisRef: RefObject<HTMLElement | null> }} props
 */
export function TimeRuler({ scale, startUs, axisRef }) {
  const shown = scale.cuts.filter(({ position, width }) => position + width > 0 && position < 1);
  /** @param {number} tick */
  const isFree = (tick) => !shown.some(({ position, width }) => tick > position - 0.1 && tick < position + width + 0.1);
  return html`<div class="ruler" aria-hidden="true">
    <div class="ruler-name">Service and span</div>
    <div class="axis" ref=${axisRef}>
      ${ticks.map(
        (tick) =>
          (shown.length === 0 || isFree(tick)) &&
          html`<span key=${tick} class=${tick === 1 ? 'tick tick-last' : 'tick'} style=${{ left: `${tick * 100}%` }}>
            ${formatDuration(Math.round(scale.timeAt(tick) - startUs))}
          </span>`,
      )}
      ${shown.map(
        ({ position, width, durationUs }) =>
          html`<span key=${position} class="cut" style=${{ left: `${position * 100}%`, width: `${width * 100}%` }}>
            ${width > 0.05 && formatDuration(durationUs)}
          </span>`,
      )}
    </div>
  </div>`;
}
