/** @import { Span } from '../../api/types.js' */
/** @import { Links } from '../../model/find-links.js' */
/** @import { PlacedArrow } from '../../model/choose-arrows.js' */
/** @import { TimeScale } from '../../model/time-scale.js' */
/** @import { Rows } from '../../model/visible-rows.js' */
import { html } from '../../html.js';
import { chooseArrows } from '../../model/choose-arrows.js';
import { endOf } from '../../model/span-traits.js';
import { plural } from '../../model/format.js';

const kinds = ['cause', 'retry', 'origin', 'broken'];

/**
 * @typedef {object} ArrowsProps
 * @property {Links} links
 * @property {Rows} rows
 * @property {{ first: number, last: number }} range
 * @property {TimeScale} scale
 * @property {number} width of the time axis, in pixels
 * @property {number} rowHeight
 * @property {boolean} narrow bars lie below the names
 * @property {readonly number[]} lookedAt rows that are chosen or under the pointer
 */

/**
 * The links between spans, drawn over the rows in sight. They are told in words in the details of each span.
 *
 * @param {ArrowsProps} props
 */
export function LinkArrows({ links, rows, range, scale, width, rowHeight, narrow, lookedAt }) {
  const { shown, left } = chooseArrows(links, rows, range, lookedAt);
  const height = Math.max(range.last - range.first, 0) * rowHeight;
  const barY = narrow ? 34 : rowHeight / 2;
  /** @param {number} us */
  const x = (us) => Math.min(Math.max(scale.position(us), -0.05), 1.05) * width;
  /** @param {number} row */
  const y = (row) => (row - range.first) * rowHeight + barY;
  /** @param {PlacedArrow} arrow */
  const path = ({ from, to, fromRow, toRow }) => curve(x(leavesAt(from.span, to.span)), y(fromRow), x(to.span.startUs), y(toRow));
  return html`<svg class="arrows" aria-hidden="true" width=${width} height=${height} style=${{ top: `${range.first * rowHeight}px` }}>
      <defs>
        ${kinds.map(
          (kind) =>
            html`<marker
              key=${kind}
              id=${`head-${kind}`}
              class=${`arrow-head arrow-head-${kind}`}
              viewBox="0 0 8 8"
              refX="7"
              refY="4"
              markerUnits="userSpaceOnUse"
              markerWidth="9"
              markerHeight="9"
              orient="auto"
            >
              <path d="M0 0L8 4L0 8z" />
            </marker>`,
        )}
      </defs>
      ${shown.map(
        (arrow) =>
          html`<path
            key=${`${arrow.from.key} ${arrow.to.key} ${arrow.kind}`}
            class=${`arrow arrow-${arrow.kind}${arrow.strong ? ' strong' : ''}`}
            data-from=${arrow.from.key}
            data-to=${arrow.to.key}
            d=${path(arrow)}
            marker-end=${`url(#head-${arrow.kind})`}
          />`,
      )}
    </svg>
    ${left > 0 && html`<span class="arrows-left" aria-hidden="true" style=${{ top: `${range.first * rowHeight}px` }}>${plural(left, 'more arrow')}</span>`}`;
}

/**
 * @param {Span} from
 * @param {Span} to
 * @returns {number} the end of the first span, or where it was when the other began
 */
function leavesAt(from, to) {
  return Math.max(from.startUs, Math.min(endOf(from), to.startUs));
}

/**
 * @param {number} x1
 * @param {number} y1
 * @param {number} x2
 * @param {number} y2
 */
function curve(x1, y1, x2, y2) {
  const bend = Math.min(Math.max(Math.abs(x2 - x1) / 2, 14), 60);
  return `M${round(x1)} ${round(y1)}C${round(x1 + bend)} ${round(y1)} ${round(x2 - bend)} ${round(y2)} ${round(x2)} ${round(y2)}`;
}

/** @param {number} value */
function round(value) {
  return Math.round(value * 10) / 10;
}
