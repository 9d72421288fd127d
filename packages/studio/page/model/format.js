const counts = new Intl.NumberFormat('en');
const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit', fractionalSecondDigits: 3 });
const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });
const dayAndClock = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'medium' });

/**
 * @param {number} us microseconds
 * @returns {string} three digits that matter: `850 µs`, `12.3 ms`, `4.05 s`, `3 min 20 s`, `2 h 5 min`
 */
export function formatDuration(us) {
  if (us < 0) return `−${formatDuration(-us)}`;
  if (us < 1_000) return `${Math.round(us)} µs`;
  if (us < 999_500) return `${threeDigits(us / 1_000)} ms`;
  if (us < 59_950_000) return `${threeDigits(us / 1_000_000)} s`;
  const seconds = Math.round(us / 1_000_000);
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min${seconds % 60 === 0 ? '' : ` ${seconds % 60} s`}`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 1_440) return `${Math.floor(minutes / 60)} h${minutes % 60 === 0 ? '' : ` ${minutes % 60} min`}`;
  const hours = Math.round(minutes / 60);
  return `${counts.format(Math.floor(hours / 24))} d${hours % 24 === 0 ? '' : ` ${hours % 24} h`}`;
}

/** @param {number} value below 1,000 */
function threeDigits(value) {
  return String(Number(value.toPrecision(3)));
}

/** @param {number} count */
export function formatCount(count) {
  return counts.format(count);
}

/**
 * @param {number} count
 * @param {string} one
 * @param {string} [many]
 */
export function plural(count, one, many = `${one}s`) {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

/** @param {number} bytes */
export function formatBytes(bytes) {
  if (bytes < 1_000) return `${bytes} B`;
  if (bytes < 999_500) return `${threeDigits(bytes / 1_000)} kB`;
  return `${threeDigits(bytes / 1_000_000)} MB`;
}

/**
 * @param {number} us microseconds since the epoch
 * @returns {string} the local time of day
 */
export function formatClock(us) {
  return clock.format(us / 1_000);
}

/**
 * @param {number} us microseconds since the epoch
 * @returns {string} local day and time
 */
export function formatDateTime(us) {
  return dayAndClock.format(us / 1_000);
}

/**
 * @param {number} us microseconds since the epoch
 * @param {number} [nowMs] milliseconds since the epoch
 * @returns {string} the local day and month; empty for today
 */
export function formatOtherDay(us, nowMs = Date.now()) {
  return new Date(us / 1_000).toDateString() === new Date(nowMs).toDateString() ? '' : day.format(us / 1_000);
}
