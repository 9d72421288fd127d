import { useGoOn } from '../../hooks/use-go-on.js';
import { html } from '../../html.js';
import { formatCount } from '../../model/format.js';
import { useState } from '../../vendor/preact-hooks.js';

/**
 * The first of many things, and a button for the rest: a span may have thousands of links or attributes.
 *
 * @template T
 * @param {{ items: readonly T[], limit: number, children: (shown: readonly T[]) => unknown }} props `children` draws a list or a table of them
 */
export function Capped({ items, limit, children }) {
  const [all, setAll] = useState(false);
  const goOnAfter = useGoOn(focusable);
  const capped = !all && items.length > limit;
  /** @param {Event & { currentTarget: Element }} event */
  const showAll = ({ currentTarget }) => {
    goOnAfter(lastRow(currentTarget.previousElementSibling));
    setAll(true);
  };
  return html`${children(capped ? items.slice(0, limit) : items)}
  ${capped && html`<button type="button" class="small" onClick=${showAll}>Show all ${formatCount(items.length)}</button>`}`;
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
