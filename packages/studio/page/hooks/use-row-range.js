/** @import { RefObject } from '../vendor/preact.js' */
import { useLayoutEffect, useState } from '../vendor/preact-hooks.js';

// Rows on either side of the visible ones, and the step in which the range moves: not every pixel of scrolling draws anew.
const margin = 12;
const step = 6;

/**
 * @param {RefObject<HTMLElement | null>} scroller the element that scrolls
 * @param {number} rowHeight in pixels, the same for all rows
 * @param {number} count of all rows
 * @returns {{ first: number, last: number }} the rows that are drawn: `first` is one of them, `last` is not
 */
export function useRowRange(scroller, rowHeight, count) {
  const [start, setStart] = useState(0);
  const [length, setLength] = useState(60);

  useLayoutEffect(() => {
    const element = scroller.current;
    if (element === null) return undefined;
    const measure = () => {
      const top = Math.floor(element.scrollTop / rowHeight) - margin;
      setStart(Math.max(0, top - (top % step)));
      setLength(Math.ceil(element.clientHeight / rowHeight) + 2 * margin + step);
    };
    measure();
    element.addEventListener('scroll', measure, { passive: true });
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => {
      element.removeEventListener('scroll', measure);
      observer.disconnect();
    };
  }, [scroller, rowHeight]);

  const first = Math.min(start, Math.max(0, count - length));
  return { first, last: Math.min(count, first + length) };
}
