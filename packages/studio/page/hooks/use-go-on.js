import { useEffect, useRef } from '../vendor/preact-hooks.js';

/**
 * One who asks for more rows by the keyboard goes on with the first of them: the button that they asked by is behind all rows then, or gone.
 *
 * @param {(row: HTMLElement) => HTMLElement | null} placeOf what of a row takes the keyboard
 * @param {unknown} drawn what the rows are drawn from: another one is the answer, also where it brings no row
 * @returns {(last: Element | null | undefined) => void} told the last row that is there, when more are asked for
 */
export function useGoOn(placeOf, drawn) {
  const asked = useRef(/** @type {{ last: Element, by: Element | null, drawn: unknown } | undefined} */ (undefined));
  useEffect(() => {
    if (asked.current === undefined) return;
    const { last, by, drawn: before } = asked.current;
    const next = last.nextElementSibling;
    if (next === null && last.isConnected && drawn === before) return;
    asked.current = undefined;
    // Who went elsewhere while the rows were on their way stays there.
    const { activeElement } = document;
    if (next instanceof HTMLElement && (activeElement === document.body || activeElement === by)) placeOf(next)?.focus();
  });
  return (last) => {
    asked.current = last ? { last, by: document.activeElement, drawn } : undefined;
  };
}
