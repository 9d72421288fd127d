/** @import { LinkArrow, Links } from './find-links.js' */
/** @import { Rows } from './visible-rows.js' */

/** @typedef {LinkArrow & { fromRow: number, toRow: number, strong: boolean }} PlacedArrow */

// More of them at once show nothing but their number, and cost more than a frame.
const limit = 200;

/**
 * The arrows that cross a range of rows: those of the rows that one looks at first, then the shorter ones. Those of a span that has very many
 * show only when one looks at their row.
 *
 * @param {Pick<Links, 'arrows' | 'fans'>} links
 * @param {Rows} rows
 * @param {{ first: number, last: number }} range
 * @param {readonly number[]} lookedAt rows that are chosen or under the pointer
 * @returns {{ shown: PlacedArrow[], left: number }} `left` are those that are not drawn
 */
export function chooseArrows({ arrows, fans }, rows, range, lookedAt) {
  /** @type {PlacedArrow[]} */
  const crossing = [];
  let left = 0;
  for (const arrow of arrows) {
    const fromRow = rows.rowOf(arrow.from);
    const toRow = rows.rowOf(arrow.to);
    if (fromRow === toRow || Math.max(fromRow, toRow) < range.first || Math.min(fromRow, toRow) >= range.last) continue;
    const strong = lookedAt.includes(fromRow) || lookedAt.includes(toRow);
    if (strong || !(fans.has(arrow.from) || fans.has(arrow.to))) crossing.push({ ...arrow, fromRow, toRow, strong });
    else left += 1;
  }
  if (crossing.length <= limit) return { shown: crossing, left };
  crossing.sort((a, b) => Number(b.strong) - Number(a.strong) || length(a) - length(b));
  return { shown: crossing.slice(0, limit), left: left + crossing.length - limit };
}

/** @param {PlacedArrow} arrow */
function length({ fromRow, toRow }) {
  return Math.abs(toRow - fromRow);
}
