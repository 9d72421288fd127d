import { useState } from '../vendor/preact-hooks.js';

const stored = 'tracelink-studio-names';

/** In pixels: what leaves room for a name at least, and for the bars. */
export const leastNames = 180;
const leastBars = 240;

/**
 * How wide the names of spans are beside their bars, as it was chosen last.
 *
 * @param {number} room width of both, in pixels
 * @returns {{ width: number, most: number, choose: (width: number | undefined) => void }} undefined is as the page has it by itself
 */
export function useNamesWidth(room) {
  const [chosen, setChosen] = useState(load);
  const most = Math.max(leastNames, room - leastBars);
  return {
    width: Math.min(Math.max(chosen ?? Math.min(Math.max(280, room * 0.42), 560), leastNames), most),
    most,
    choose: (width) => {
      setChosen(width);
      save(width);
    },
  };
}

/** @returns {number | undefined} */
function load() {
  try {
    const width = Number(localStorage.getItem(stored) ?? Number.NaN);
    return Number.isFinite(width) ? width : undefined;
  } catch {
    // A browser may forbid it: then it is as the page has it.
    return undefined;
  }
}

/** @param {number | undefined} width */
function save(width) {
  try {
    if (width === undefined) localStorage.removeItem(stored);
    else localStorage.setItem(stored, String(Math.round(width)));
  } catch {
    // It holds until the page is left.
  }
}
