/** @import { RefObject } from '../vendor/preact.js' */
import { cameFrom, forgetCameFrom } from '../router.js';
import { useEffect, useState } from '../vendor/preact-hooks.js';

/**
 * One who comes back to a list goes on where they left it: the link to what they looked at gets the keyboard, and is scrolled to. Not where
 * they came by something that has the keyboard, a link of the page's head say.
 *
 * @param {RefObject<HTMLElement | null>} region with the links of the list
 * @param {boolean} ready the links are there
 */
export function useCameFrom(region, ready) {
  const [from] = useState(cameFrom);
  useEffect(() => {
    if (!ready) return;
    forgetCameFrom();
    if (document.activeElement !== document.body) return;
    const links = [...(region.current?.querySelectorAll('a') ?? [])];
    links.find(({ pathname }) => pathname === from)?.focus();
  }, [region, ready]);
}
