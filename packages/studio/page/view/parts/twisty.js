import { html } from '../../html.js';

/**
 * Opens and closes a row for the pointer; the keyboard has its arrows for that.
 *
 * @param {{ expanded: boolean | undefined, onToggle: () => void }} props `undefined` where nothing is below
 */
export function Twisty({ expanded, onToggle }) {
  if (expanded === undefined) return html`<span class="twisty"></span>`;
  /** @param {Event} event */
  const onClick = (event) => {
    event.stopPropagation();
    onToggle();
  };
  return html`<span class=${expanded ? 'twisty twisty-open' : 'twisty twisty-closed'} aria-hidden="true" onClick=${onClick}>
    <svg viewBox="0 0 10 10" width="10" height="10"><path d="M2 3l3 4 3-4z" /></svg>
  </span>`;
}
