import { useEffect, useState } from '../vendor/preact-hooks.js';

/**
 * @param {string} query a CSS media query
 * @returns {boolean} whether it holds, now and at each change
 */
function useMedia(query) {
  const [matches, setMatches] = useState(() => matchMedia(query).matches);
  useEffect(() => {
    const list = matchMedia(query);
    const read = () => setMatches(list.matches);
    read();
    list.addEventListener('change', read);
    return () => list.removeEventListener('change', read);
  }, [query]);
  return matches;
}

/** @returns {boolean} whether the page is as narrow as a telephone; the style sheets break at the same width */
export function useNarrow() {
  return useMedia('(max-width: 720px)');
}
