/** @import { SpanNode } from '../model/build-waterfall.js' */
/** @import { Wait } from '../model/find-waits.js' */
/** @import { TimeScale } from '../model/time-scale.js' */
/** @import { Row } from '../model/visible-rows.js' */
import { html } from '../html.js';
import { formatDuration, plural } from '../model/format.js';
import { printableLine } from '../model/printable.js';
import { serviceHue } from '../model/service-hue.js';
import { endOf } from '../model/span-traits.js';
import { SpanBadges } from './badges.js';
import { ServiceName } from './service-name.js';
import { Twisty } from './twisty.js';

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
 * @property {(key: string, open: boolean) => void} onToggle
 * @property {() => void} onPick
 */

/** @param {SpanRowProps} props */
export function SpanRow({ row, node, index, rowHeight, current, open, wait, missing, scale, onToggle, onPick }) {
  const { span, depth } = node;
  return html`<div
    role="treeitem"
    id=${`row-${index}`}
    class=${`row${current ? ' current' : ''}${open ? ' open' : ''}${span.status === 'error' ? ' error' : ''}`}
    aria-level=${depth + 2}
    aria-expanded=${row.expanded}
    aria-selected=${current}
    style=${{ top: `${index * rowHeight}px`, '--hue': serviceHue(span.service) }}
    onClick=${onPick}
  >
    <div class="row-name" style=${{ '--depth': Math.min(depth, deepest) }}>
      <${Twisty} expanded=${row.expanded} onToggle=${() => onToggle(row.key, row.expanded !== true)} />
      <${ServiceName} name=${span.service} />
      <bdi class="span-name">${printableLine(span.name)}</bdi>
      <${SpanBadges} node=${node} />
      ${missing > 0 && html`<span class="badge badge-plain">${plural(missing, 'link')} not here</span>`}
    </div>
    <div class="row-time"><${Bars} node=${node} wait=${wait} scale=${scale} /></div>
  </div>`;
}

/** @param {{ node: SpanNode, wait: Wait | undefined, scale: TimeScale }} props */
function Bars({ node: { span, parent, traits }, wait, scale }) {
  const left = scale.position(span.startUs);
  const right = scale.position(endOf(span));
  const requestEnd = traits.detached && parent?.span.kind === 'server' ? scale.position(endOf(parent.span)) : undefined;
  return html`
    ${wait !== undefined && html`<span class=${`wait wait-${wait.kind}`} style=${between(scale.position(wait.fromUs), left)}></span>`}
    <span class=${`bar bar-${span.kind}`} style=${between(left, right)}></span>
    ${requestEnd !== undefined && html`<span class="request-end" title="The request ended here" style=${{ left: `${clamp(requestEnd) * 100}%` }}></span>`}
    <span
      class=${right < 0.7 ? 'bar-text' : 'bar-text bar-text-before'}
      style=${right < 0.7 ? { left: `${clamp(right) * 100}%` } : { right: `${(1 - clamp(wait === undefined ? left : scale.position(wait.fromUs))) * 100}%` }}
    >
      ${formatDuration(span.durationUs)}${wait !== undefined && html`<span class="wait-text"> after ${formatDuration(wait.toUs - wait.fromUs)} ${wait.kind === 'retry' ? 'until tried again' : 'in the queue'}</span>`}
    </span>
  `;
}

/**
 * @param {number} left
 * @param {number} right
 */
function between(left, right) {
  // What is far out of a zoomed view must not become a box of millions of pixels.
  const from = Math.max(left, -0.01);
  const to = Math.min(right, 1.01);
  return { left: `${from * 100}%`, width: `${Math.max(to - from, 0) * 100}%`, visibility: to < from ? 'hidden' : 'visible' };
}

/** @param {number} position */
function clamp(position) {
  return Math.min(Math.max(position, 0), 1);
}
