/** @import { RefObject } from '../vendor/preact.js' */
import { useLayoutEffect, useState } from '../vendor/preact-hooks.js';

/**
 * @param {RefObject<HTMLElement | null>} element
 * @returns {number} its width in pixels, now and at each change
 */
export function useWidth(element) {
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    if (element.current === null) return undefined;
    const observer = new ResizeObserver(([entry]) => setWidth(entry?.contentRect.width ?? 0));
    observer.observe(element.current);
    setWidth(element.current.getBoundingClientRect().width);
    return () => observer.disconnect();
  }, [element]);
  return width;
}
