/** @import { TimeScale } from './time-scale.js' */
import { formatDuration } from './format.js';

/** @typedef {{ position: number, text: string }} Tick */
/** @typedef {{ position: number, width: number, text: string }} LabelledCut `text` is empty where there is no room */

// About what a character of a label takes, and the space around it, in pixels.
const characterWidth = 6.8;
const space = 12;

// Both ends before what lies between.
const ticks = [0, 1, 0.5, 0.25, 0.75];

/**
 * What stands on the time axis: the durations of cuts, the longest first, and the times for which there is room beside them. No label
 * covers another, and no time is told twice.
 *
 * @param {TimeScale} scale
 * @param {number} startUs what is 0 on the axis
 * @param {number} width of the axis, in pixels
 * @returns {{ ticks: Tick[], cuts: LabelledCut[] }}
 */
export function labelRuler(scale, startUs, width) {
  /** @type {(readonly [from: number, to: number])[]} */
  const taken = [];
  /**
   * @param {number} from
   * @param {number} to
   * @returns {boolean} whether there was room, which is taken now
   */
  const take = (from, to) => {
    if (from < 0 || to > width || taken.some(([left, right]) => from < right && to > left)) return false;
    taken.push([from, to]);
    return true;
  };
  const cuts = scale.cuts
    .filter(({ position, width: share }) => position + share > 0 && position < 1)
    .sort((a, b) => b.durationUs - a.durationUs)
    .map(({ position, width: share, durationUs }) => {
      const text = formatDuration(durationUs);
      const [middle, half] = [(position + share / 2) * width, Math.max(textWidth(text), share * width) / 2];
      return { position, width: share, text: take(middle - half, middle + half) ? text : '' };
    });
  const told = new Set();
  const times = ticks.flatMap((position) => {
    const text = formatDuration(Math.round(scale.timeAt(position) - startUs));
    const from = position === 1 ? width - textWidth(text) : position * width;
    if (told.has(text) || !take(from, from + textWidth(text))) return [];
    told.add(text);
    return [{ position, text }];
  });
  return { ticks: times, cuts };
}

/** @param {string} text */
function textWidth(text) {
  return text.length * characterWidth + space;
}
