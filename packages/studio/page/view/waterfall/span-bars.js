/** @import { SpanNode } from '../../model/build-waterfall.js' */
/** @import { Wait } from '../../model/waits/find-waits.js' */
/** @import { TimeScale } from '../../model/time-scale.js' */
import { html } from '../../html.js';
import { formatDuration } from '../../model/format.js';
import { endOf } from '../../model/span-traits.js';

// About what text beside a bar takes, in pixels: each character, and the space around.
const characterWidth = 6.4;
const space = 12;

const ends = { queue: 'in the queue', retry: 'until the retry', again: 'until it came again' };

/** @param {string} text */
const widthOf = (text) => text.length * characterWidth + space;

/**
 * When a span ran, how long its message had waited before, and both in words where there is room.
 *
 * @param {{ node: SpanNode, wait: Wait | undefined, scale: TimeScale, width: number }} props `width` of the time axis, in pixels
 */
export function SpanBars({ node: { span, parent, traits }, wait, scale, width }) {
  const left = scale.position(span.startUs);
  const right = scale.position(endOf(span));
  const waitLeft = wait === undefined ? left : scale.position(wait.fromUs);
  const requestEnd = traits.detached && parent?.span.kind === 'server' ? scale.position(endOf(parent.span)) : undefined;
  const roomBefore = clamp(waitLeft) * width;
  const roomAfter = (1 - clamp(right)) * width;
  const room = Math.max(roomBefore, roomAfter);
  const texts = wordings(span.durationUs, wait);
  const text = texts.find((wording) => widthOf(wording) < room) ?? '';
  // What there is no room for is told to a screen reader all the same.
  const rest = texts[0].slice(text.length);
  const fitsAfter = widthOf(text) < roomAfter;
  return html`
    ${wait !== undefined && html`<span class=${`wait wait-${wait.kind}`} style=${between(waitLeft, left)}></span>`}
    <span class=${`bar bar-${span.kind}`} style=${between(left, right)}></span>
    ${requestEnd !== undefined && html`<span class="request-end" title="The request ended here" style=${{ left: percent(requestEnd) }}></span>`}
    <span class="bar-text" style=${fitsAfter ? { left: percent(right) } : { right: percent(1 - waitLeft) }}
      >${text}${rest !== '' && html`<span class="unseen">${rest}</span>`}</span
    >
  `;
}

/**
 * @param {number} durationUs
 * @param {Wait | undefined} wait
 * @returns {[string, ...string[]]} the longest first, and then what it begins with
 */
function wordings(durationUs, wait) {
  const duration = formatDuration(durationUs);
  if (wait === undefined) return [duration];
  const waited = `${duration} after ${formatDuration(wait.toUs - wait.fromUs)}`;
  return [`${waited} ${ends[wait.kind]}`, waited, duration];
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
function percent(position) {
  return `${clamp(position) * 100}%`;
}

/** @param {number} position */
function clamp(position) {
  return Math.min(Math.max(position, 0), 1);
}
