/**
 * When the spans were going on that are looked for: `custom` is between two points in time, either of which may be absent.
 *
 * @typedef {'' | 'last-5-minutes' | 'last-hour' | 'custom'} TimeRange empty is any time
 */

/** In seconds until now. */
const lasts = { 'last-5-minutes': 300, 'last-hour': 3_600 };

/** @type {Record<string, string>} */
export const timeRanges = { 'last-5-minutes': 'last 5 minutes', 'last-hour': 'last hour', custom: 'from … to …' };

/**
 * @param {URLSearchParams} shown the list's own address: `time`, and for `custom` `since` and `until`, which stand for it alone too
 * @returns {TimeRange}
 */
export function timeRangeOf(shown) {
  const time = shown.get('time') ?? '';
  if (Object.hasOwn(lasts, time)) return /** @type {TimeRange} */ (time);
  return time === 'custom' || shown.has('since') || shown.has('until') ? 'custom' : '';
}

/**
 * @param {URLSearchParams} shown
 * @returns {number | undefined} how many seconds until now; undefined where now has nothing to do with it
 */
export function secondsUntilNow(shown) {
  const time = timeRangeOf(shown);
  return time === '' || time === 'custom' ? undefined : lasts[time];
}

/**
 * @param {URLSearchParams} shown
 * @param {number} nowMs milliseconds since the epoch
 * @returns {{ sinceUs?: string, untilUs?: string }} the same for the server
 */
export function timesOf(shown, nowMs) {
  const seconds = secondsUntilNow(shown);
  if (seconds !== undefined) return { sinceUs: microseconds(nowMs - seconds * 1_000) };
  if (timeRangeOf(shown) !== 'custom') return {};
  const [since, until] = ['since', 'until'].map((name) => Date.parse(shown.get(name) ?? ''));
  return {
    ...(isTime(since) && { sinceUs: microseconds(since) }),
    ...(isTime(until) && { untilUs: microseconds(until) }),
  };
}

/**
 * @param {URLSearchParams} shown
 * @returns {boolean} then no trace can be in it
 */
export function endsBeforeItBegins(shown) {
  const { sinceUs, untilUs } = timesOf(shown, 0);
  return sinceUs !== undefined && untilUs !== undefined && Number(sinceUs) > Number(untilUs);
}

/**
 * @param {string} iso a point in time as the address has it: the same instant for whoever opens it
 * @returns {string} the same as an input of the type `datetime-local` has it; empty for none
 */
export function localOf(iso) {
  const date = new Date(iso);
  if (!isTime(date.getTime())) return '';
  const two = (/** @type {number} */ number) => String(number).padStart(2, '0');
  const day = [String(date.getFullYear()).padStart(4, '0'), two(date.getMonth() + 1), two(date.getDate())].join('-');
  return `${day}T${[date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':')}`;
}

/**
 * @param {string} local what such an input holds
 * @returns {string} for the address; empty for none
 */
export function isoOf(local) {
  const ms = Date.parse(local);
  return isTime(ms) ? new Date(ms).toISOString() : '';
}

/**
 * @param {number | undefined} ms
 * @returns {ms is number}
 */
function isTime(ms) {
  return ms !== undefined && !Number.isNaN(ms);
}

/** @param {number} ms */
function microseconds(ms) {
  return String(Math.max(0, Math.round(ms)) * 1_000);
}
