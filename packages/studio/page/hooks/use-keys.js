import { useEffect, useRef } from '../vendor/preact-hooks.js';

/**
 * Keys of a view, wherever on the page the keyboard is: a click on blank space takes it from everything. What is typed, what belongs to
 * an open dialog and what was handled before is not told.
 *
 * @param {(event: KeyboardEvent) => void} onKey calls `preventDefault` where the key does something
 */
export function useKeys(onKey) {
  const latest = useRef(onKey);
  latest.current = onKey;
  useEffect(() => {
    /** @param {KeyboardEvent} event */
    const listen = (event) => {
      if (event.defaultPrevented || event.metaKey || event.ctrlKey || event.altKey || isTyping(event.target)) return;
      // A click in a dialog takes the keyboard from what is in it, but Esc still closes it.
      if (document.querySelector('dialog[open]') === null) latest.current(event);
    };
    document.addEventListener('keydown', listen);
    return () => document.removeEventListener('keydown', listen);
  }, []);
}

/** @param {EventTarget | null} target */
function isTyping(target) {
  return target instanceof Element && target.closest('input:not([type=checkbox]), select, textarea') !== null;
}
