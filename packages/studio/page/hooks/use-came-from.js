/** @import { RefObject } from '../vendor/preact.js' */
import { cameFrom, forgetCameFrom } from '../router.js';
import { useEffect } from '../vendor/preact-hooks.js';

/**
 * One who comes back to a list goes on where they left it: the link to what they looked at gets the keyboard, and is scrolled to. Not where
 * they came by something that has the keyboard, a link of the page's head say.
 *
 * @param {RefObject<HTMLElement | null>} region with the links of the list
 * @param {boolean} ready the links are there
 */
export function useCameFrom(region, ready) {
  useEffect(() => {
    if (!ready) return;
    const from = cameFrom();
    forgetCameFrom();
    if (document.activeElement !== document.body) return;
    // The way back is no place in the list, and of several rows that lead there nothing tells which one it was.
    const links = [...(region.current?.querySelectorAll('a') ?? [])].filter(
      (link) => link.pathname === from && link.closest('.crumbs') === null,
    );
    if (links.length === 1) links[0]?.focus();
  }, [region, ready]);
}
