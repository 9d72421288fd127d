/** @import { Missing } from '../../api/types.js' */
import { html } from '../../html.js';
import { formatCount, plural } from '../../model/format.js';

/**
 * What of the trace and of the linked ones is not drawn, why, and a way to it where there is one: a batch may be linked with thousands.
 *
 * @param {{ missing: Missing, step: number, onMore: () => void }} props
 */
export function MoreLinked({ missing: { moreLinked, undrawable, moreBehind, lostSpans }, step, onMore }) {
  return html`
    ${lostSpans && html`<p class="more-linked">Earlier spans of this trace are no longer in memory.</p>`}
    ${
      moreLinked > 0 &&
      html`<p class="more-linked">
        <span>${plural(moreLinked, 'more linked trace')}</span>
        <button type="button" class="small" onClick=${onMore}>Show ${formatCount(Math.min(step, moreLinked))} more</button>
      </p>`
    }
    ${
      undrawable > 0 &&
      html`<p class="more-linked">
        ${plural(undrawable, 'linked trace')} cannot be drawn here: too many belong to this, or too large ones. A link in the details of a span opens
        one.
      </p>`
    }
    ${
      moreBehind &&
      moreLinked === 0 &&
      html`<p class="more-linked">More belongs to this than is drawn here. Open a linked trace to go on from there.</p>`
    }
  `;
}
