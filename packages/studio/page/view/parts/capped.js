import { useGoOn } from '../../hooks/use-go-on.js';
import { html } from '../../html.js';
import { formatCount } from '../../model/format.js';
import { useState } from '../../vendor/preact-hooks.js';

// A browser draws as many in a second; of a hundred thousand it shows nothing for a quarter of a minute.
const atOnce = 5_000;

/**
 * The first of many things, and a button for the rest, or for the next thousands of it: a span may have any number of links or attributes.
 *
 * @template T
 * @param {{ items: readonly T[], limit: number, children: (shown: readonly T[]) => unknown }} props `children` draws a list or a table of them
 */
export function Capped({ items, limit, children }) {
  const [most, setMost] = useState(limit);
  const goOnAfter = useGoOn(focusable, most);
  const left = items.length - most;
  /** @param {Event & { currentTarget: Element }} event */
  const showMore = ({ currentTarget }) => {
    goOnAfter(lastRow(currentTarget.previousElementSibling));
    // One who has asked for all gets the next that come, too, and never more at once than can be drawn.
    setMost(most + atOnce);
  };
  return html`${children(left > 0 ? items.slice(0, most) : items)}
  ${
    left > 0 &&
    html`<button type="button" class="small" onClick=${showMore}>
      ${left > atOnce ? `Show ${formatCount(atOnce)} more of ${formatCount(items.length)}` : `Show all ${formatCount(items.length)}`}
    </button>`
  }`;
}

/** @param {Element | null} list */
function lastRow(list) {
  return (list instanceof HTMLTableElement ? list.tBodies[0] : list)?.lastElementChild;
}

/** @param {HTMLElement} row */
function focusable(row) {
  // The whole of it, and not a link somewhere in it: one reads on from its first word.
  row.tabIndex = -1;
  return row;
}
