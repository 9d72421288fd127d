import { html } from '../../html.js';
import { formatCount } from '../../model/format.js';
import { useState } from '../../vendor/preact-hooks.js';

/**
 * The first of many things, and a button for the rest: a span may have thousands of links or attributes.
 *
 * @template T
 * @param {{ items: readonly T[], limit: number, children: (shown: readonly T[]) => unknown }} props
 */
export function Capped({ items, limit, children }) {
  const [all, setAll] = useState(false);
  if (all || items.length <= limit) return children(items);
  return html`${children(items.slice(0, limit))}
    <button type="button" class="small" onClick=${() => setAll(true)}>Show all ${formatCount(items.length)}</button>`;
}
