/**
 * @typedef {object} TimeScale where a time is on the horizontal axis: 0 is the left edge, 1 the right one
 * @property {(us: number) => number} position of a time; outside 0 to 1 where it is not in view
 * @property {(position: number) => number} timeAt the other way round
 * @property {{ position: number, width: number, durationUs: number }[]} cuts idle time that is drawn shorter than it was
 */

/** @typedef {{ startUs: number, endUs: number, position: number, width: number, cut: boolean }} Segment */
/** @typedef {readonly [startUs: number, endUs: number]} Interval */

/**
 * A scale on which long idle time is cut: messages wait for minutes and are worked on in milliseconds, and on one even scale either
 * the waiting or the work could be seen. A cut keeps a width, so that its place shows.
 *
 * @param {readonly Interval[]} busy when something ran, in any order
 * @param {boolean} cutIdle
 * @param {Interval} [view] the part that is to fill the width
 * @returns {TimeScale}
 */
export function createTimeScale(busy, cutIdle, view) {
  const segments = layOut(union(busy), cutIdle);
  const left = view === undefined ? 0 : basePosition(segments, view[0]);
  const width = view === undefined ? 1 : Math.max(basePosition(segments, view[1]) - left, 1e-9);
  return {
    position: (us) => (basePosition(segments, us) - left) / width,
    timeAt: (position) => baseTime(segments, left + position * width),
    cuts: segments
      .filter(({ cut }) => cut)
      .map((segment) => ({
        position: (segment.position - left) / width,
        width: segment.width / width,
        durationUs: segment.endUs - segment.startUs,
      })),
  };
}

/**
 * @param {readonly Interval[]} intervals
 * @returns {{ startUs: number, endUs: number }[]} by their start, apart from each other
 */
function union(intervals) {
  /** @type {{ startUs: number, endUs: number }[]} */
  const merged = [];
  for (const [startUs, endUs] of [...intervals].sort((a, b) => a[0] - b[0])) {
    const last = merged.at(-1);
    if (last !== undefined && startUs <= last.endUs) last.endUs = Math.max(last.endUs, endUs);
    else merged.push({ startUs, endUs });
  }
  return merged;
}

/**
 * @param {{ startUs: number, endUs: number }[]} busy
 * @param {boolean} cutIdle
 * @returns {Segment[]} without holes, whose widths add up to 1
 */
function layOut(busy, cutIdle) {
  const busyUs = Math.max(
    busy.reduce((sum, { startUs, endUs }) => sum + endUs - startUs, 0),
    1,
  );
  const longest = cutIdle ? busyUs / 4 : Infinity;
  // However many cuts there are, together they take no more room than the work.
  const cutUs = Math.min(busyUs / 12, busyUs / Math.max(busy.length, 1));
  /** @type {Segment[]} */
  const segments = [];
  for (const [index, { startUs, endUs }] of busy.entries()) {
    const before = busy[index - 1];
    if (before !== undefined) {
      const idle = startUs - before.endUs;
      const cut = idle > longest;
      segments.push({ startUs: before.endUs, endUs: startUs, position: 0, width: cut ? cutUs : idle, cut });
    }
    segments.push({ startUs, endUs, position: 0, width: endUs - startUs, cut: false });
  }
  const total = Math.max(
    segments.reduce((sum, { width }) => sum + width, 0),
    1e-9,
  );
  let position = 0;
  for (const segment of segments) {
    segment.position = position;
    segment.width /= total;
    position += segment.width;
  }
  return segments;
}

/**
 * @param {Segment[]} segments
 * @param {number} us
 */
function basePosition(segments, us) {
  const segment = lastBefore(segments, (candidate) => candidate.startUs <= us);
  if (segment === undefined) return 0;
  const length = segment.endUs - segment.startUs;
  return length === 0 ? segment.position : segment.position + Math.min((us - segment.startUs) / length, 1) * segment.width;
}

/**
 * @param {Segment[]} segments
 * @param {number} position
 */
function baseTime(segments, position) {
  const segment = lastBefore(segments, (candidate) => candidate.position <= position);
  if (segment === undefined) return 0;
  if (segment.width === 0) return segment.startUs;
  return segment.startUs + Math.min((position - segment.position) / segment.width, 1) * (segment.endUs - segment.startUs);
}

/**
 * @param {Segment[]} segments
 * @param {(segment: Segment) => boolean} holds for a first part of them
 * @returns {Segment | undefined} the last of that part, or the first of all
 */
function lastBefore(segments, holds) {
  let low = 0;
  let high = segments.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const candidate = segments[middle];
    if (candidate !== undefined && holds(candidate)) low = middle + 1;
    else high = middle;
  }
  return segments[Math.max(low - 1, 0)];
}
