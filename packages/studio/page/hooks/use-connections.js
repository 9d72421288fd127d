import { onLiveState } from '../api/live.js';
import { useEffect, useState } from '../vendor/preact-hooks.js';

/**
 * For what depends on the studio itself and not on what arrives: after a break, a studio with other options may listen at the address.
 *
 * @returns {number} how often the page has been connected to a studio
 */
export function useConnections() {
  const [count, setCount] = useState(0);
  useEffect(
    () =>
      onLiveState((state) => {
        if (state === 'live') setCount((before) => before + 1);
      }),
    [],
  );
  return count;
}
