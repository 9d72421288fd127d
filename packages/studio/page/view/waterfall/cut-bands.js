/** @import { TimeScale } from '../../model/time-scale.js' */
import { html } from '../../html.js';

// Of very many cuts, each is too narrow to be seen.
const mostBands = 50;

/**
 * Where idle time is cut, through all rows: what crosses a band took longer than it looks.
 *
 * @param {{ scale: TimeScale }} props
 */
export function CutBands({ scale }) {
  return html`<div class="cut-bands" aria-hidden="true">
    ${scale.cuts
      .slice(0, mostBands)
      .map(
        ({ position, width }) =>
          html`<span key=${position} class="cut-band" style=${{ left: `${position * 100}%`, width: `${width * 100}%` }}></span>`,
      )}
  </div>`;
}
