/** @import { LinkArrow } from './find-links.js' */
/** @import { SpanNode } from './build-waterfall.js' */
/** @import { Rows } from './visible-rows.js' */

/** @typedef {LinkArrow & { fromRow: number, toRow: number, strong: boolean }} PlacedArrow */

// More of them at once show nothing but their number, and cost more than a frame.
const limit = 200;

/**
 * The arrows that cross a range of rows: those of the chosen span first, then the shorter ones.
 *
 * @param {readonly LinkArrow[]} arrows
 * @param {Rows} rows
 * @param {{ first: number, last: number }} range
 * @param {SpanNode | undefined} chosen
 * @returns {{ shown: PlacedArrow[], left: number }} `left` are those beyond the limit
 */
export function chooseArrows(arrows, rows, range, chosen) {
  /** @type {PlacedArrow[]} */
  const crossing = [];
  for (const arrow of arrows) {
    const fromRow = rows.rowOf(arrow.from);
    const toRow = rows.rowOf(arrow.to);
    if (fromRow === toRow || Math.max(fromRow, toRow) < range.first || Math.min(fromRow, toRow) >= range.last) continue;
    crossing.push({ ...arrow, fromRow, toRow, strong: chosen !== undefined && (arrow.from === chosen || arrow.to === chosen) });
  }
  if (crossing.length <= limit) return { shown: crossing, left: 0 };
  crossing.sort((a, b) => Number(b.strong) - Number(a.strong) || length(a) - length(b));
  return { shown: crossing.slice(0, limit), left: crossing.length - limit };
}

/** @param {PlacedArrow} arrow */
function length({ fromRow, toRow }) {
  return Math.abs(toRow - fromRow);
}
