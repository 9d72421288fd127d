import { onChanged } from '../api/live.js';
import { useEffect, useRef, useState } from '../vendor/preact-hooks.js';

// How often the last minutes are asked for anew, in milliseconds: what is too old goes without anything that arrives.
export const timePasses = 5_000;

/**
 * @template T
 * @typedef {{ value?: T, error?: Error, loading: boolean }} Loaded the last value stays while the next one is on its way
 */

/**
 * Loads, and loads again when something arrived at the studio. However long an answer takes, the page spends at most a tenth of its time on it.
 *
 * @template T
 * @param {(signal: AbortSignal, previous: T | undefined) => Promise<T>} load
 * @param {readonly unknown[]} inputs what the answer depends on
 * @param {boolean} live
 * @param {number} [everyMs] loads after so long too, while it is live and seen: the answer depends on the time
 * @returns {Loaded<T>}
 */
export function useLoaded(load, inputs, live, everyMs) {
  const [loaded, setLoaded] = useState(/** @type {Loaded<T>} */ ({ loading: true }));
  const latest = useRef(/** @type {T | undefined} */ (undefined));

  useEffect(() => {
    const stop = new AbortController();
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    let timer;
    let notBefore = 0;
    let running = false;
    let again = false;

    const run = async () => {
      timer = undefined;
      running = true;
      again = false;
      const start = performance.now();
      try {
        const value = await load(stop.signal, latest.current);
        if (stop.signal.aborted) return;
        latest.current = value;
        // The value that is there already means that nothing is new.
        setLoaded((before) =>
          before.value === value && !before.loading && before.error === undefined ? before : { value, loading: false },
        );
      } catch (error) {
        if (stop.signal.aborted) return;
        setLoaded((before) => ({ ...before, error: /** @type {Error} */ (error), loading: false }));
      }
      // The next frame shows what drawing it cost.
      await new Promise((resolve) => setTimeout(resolve));
      notBefore = performance.now() + 10 * (performance.now() - start);
      running = false;
      if (again) soon();
    };
    const soon = () => {
      again = true;
      if (running || timer !== undefined || stop.signal.aborted) return;
      timer = setTimeout(() => void run(), Math.max(0, notBefore - performance.now()));
    };

    setLoaded((before) => ({ ...before, loading: true }));
    void run();
    const unwatch = live ? onChanged(soon) : () => {};
    const ticking = live && everyMs !== undefined ? setInterval(() => document.hidden || soon(), everyMs) : undefined;
    return () => {
      unwatch();
      clearInterval(ticking);
      clearTimeout(timer);
      stop.abort();
    };
  }, [...inputs, live, everyMs]);

  return loaded;
}
