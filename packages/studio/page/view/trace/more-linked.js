import { html } from '../../html.js';
import { formatCount, plural } from '../../model/format.js';

/**
 * What of the linked traces is not drawn, and a way to it: a batch may be linked with thousands.
 *
 * @param {{ count: number, truncated: boolean, step: number, onMore: () => void }} props `truncated` is also for those behind linked ones
 */
export function MoreLinked({ count, truncated, step, onMore }) {
  if (count > 0) {
    return html`<p class="more-linked">
      <span>${plural(count, 'more linked trace')}</span>
      <button type="button" class="small" onClick=${onMore}>Show ${formatCount(Math.min(step, count))} more</button>
    </p>`;
  }
  if (!truncated) return null;
  return html`<p class="more-linked">More belongs to this than is drawn here. Open a linked trace to go on from there.</p>`;
}
