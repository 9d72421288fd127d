// Milliseconds.
const tick = 20;

let passed = 0;
let last = performance.now();

// One per process, as its plans share the event loop.
setInterval(() => {
  const now = performance.now();
  passed += countedTime(now - last);
  last = now;
}, tick).unref();

/**
 * Milliseconds that count as passed. A turn of the event loop that takes longer than it should counts for less, the more so the longer it
 * takes: on an overloaded machine each request and each response takes such turns, and one second of work may take a minute.
 */
export function loadTime(): number {
  return passed;
}

/** The milliseconds that count for a turn of the event loop of this length. */
export function countedTime(turn: number): number {
  return turn <= tick ? turn : tick ** 2 / turn;
}

/** Calls `late` once this many milliseconds have passed, whether or not anything could happen in them. @returns a function that stops it */
export function afterTime(ms: number, late: () => void): () => void {
  const timer = setTimeout(late, ms);
  return () => clearTimeout(timer);
}

/** Calls `late` once this many milliseconds count as passed. @returns a function that stops it */
export function afterLoadTime(ms: number, late: () => void): () => void {
  const end = passed + ms;
  const looks = setInterval(() => {
    if (passed < end) return;
    clearInterval(looks);
    late();
  }, tick);
  return () => clearInterval(looks);
}
