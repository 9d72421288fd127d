// Milliseconds.
const tick = 20;

let passed = 0;
let last = performance.now();

// One for the process, as its plans share the event loop.
setInterval(() => {
  const now = performance.now();
  passed += countedTime(now - last);
  last = now;
}, tick).unref();

/**
 * Milliseconds that count as passed. A turn of the event loop that takes longer than it should counts for less, the more so the longer it
 * takes: on a machine with too much to do each request and each answer takes such turns, and what takes a second there may take a minute.
 */
export function loadTime(): number {
  return passed;
}

/** What a turn of the event loop that took so many milliseconds counts for. */
export function countedTime(turn: number): number {
  return turn <= tick ? turn : tick ** 2 / turn;
}

/** Calls `late` once so many milliseconds have passed, whether or not anything could happen in them. @returns ends that */
export function afterTime(ms: number, late: () => void): () => void {
  const timer = setTimeout(late, ms);
  return () => clearTimeout(timer);
}

/** Calls `late` once so many milliseconds count as passed. @returns ends that */
export function afterLoadTime(ms: number, late: () => void): () => void {
  const end = passed + ms;
  const looks = setInterval(() => {
    if (passed < end) return;
    clearInterval(looks);
    late();
  }, tick);
  return () => clearInterval(looks);
}
