/** @import { SpanNode } from '../../model/build-waterfall.js' */
/** @import { Wait } from '../../model/waits/find-waits.js' */
/** @import { TimeScale } from '../../model/time-scale.js' */
/** @import { Row } from '../../model/visible-rows.js' */
import { html } from '../../html.js';
import { printableLine } from '../../model/printable.js';
import { serviceHue } from '../../model/service-hue.js';
import { AgainBadge, MissingLinksBadge, SpanBadges } from '../parts/badges.js';
import { ServiceName } from '../parts/service-name.js';
import { SpanBars } from './span-bars.js';
import { Twisty } from '../parts/twisty.js';

// Deeper spans stand under each other: what is below what is still told by the arrows of the keyboard and by their level.
const deepest = 12;

/**
 * @typedef {object} SpanRowProps
 * @property {Row} row
 * @property {SpanNode} node
 * @property {number} index
 * @property {number} rowHeight
 * @property {boolean} current
 * @property {boolean} open its details are shown
 * @property {Wait | undefined} wait
 * @property {number} missing links whose other end is not here
 * @property {TimeScale} scale
 * @property {number} width of the time axis, in pixels
 * @property {(key: string) => void} onToggle
 * @property {() => void} onPick
 */

/** @param {SpanRowProps} props */
export function SpanRow({ row, node, index, rowHeight, current, open, wait, missing, scale, width, onToggle, onPick }) {
  const { span, depth } = node;
  return html`<div
    role="treeitem"
    id=${`row-${index}`}
    class=${`row${current ? ' current' : ''}${open ? ' open' : ''}${span.status === 'error' ? ' error' : ''}`}
    aria-level=${depth + 2}
    aria-posinset=${row.position}
    aria-setsize=${row.setSize}
    aria-expanded=${row.expanded}
    aria-selected=${current}
    style=${{ top: `${index * rowHeight}px`, '--hue': serviceHue(span.service) }}
    onClick=${onPick}
  >
    <div class="row-name" style=${{ '--depth': Math.min(depth, deepest) }}>
      <${Twisty} expanded=${row.expanded} onToggle=${() => onToggle(row.key)} />
      <${ServiceName} name=${span.service} />
      <bdi class="span-name">${printableLine(span.name)}</bdi>
      <${SpanBadges} node=${node} />
      ${wait?.kind === 'again' && html`<${AgainBadge} />`}
      ${missing > 0 && html`<${MissingLinksBadge} count=${missing} />`}
    </div>
    <div class="row-time"><${SpanBars} node=${node} wait=${wait} scale=${scale} width=${width} /></div>
  </div>`;
}
