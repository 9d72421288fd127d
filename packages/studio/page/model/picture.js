/** @import { TraceAnswer } from '../api/types.js' */
/** @import { SpanNode, Waterfall } from './build-waterfall.js' */
/** @import { Links } from './find-links.js' */
/** @import { Wait } from './waits/find-waits.js' */
import { buildWaterfall } from './build-waterfall.js';
import { findLinks } from './find-links.js';
import { findWaits } from './waits/find-waits.js';

/**
 * @typedef {object} Picture all that is drawn of an answer, worked out once
 * @property {Waterfall} waterfall
 * @property {Links} links
 * @property {Map<SpanNode, Wait>} waits
 * @property {string | undefined} tag of the answer: with another one, what is loaded beside it may be other than it was
 */

/**
 * @param {TraceAnswer} answer
 * @param {string | undefined} tag
 * @returns {Picture}
 */
export function pictureOf(answer, tag) {
  const waterfall = buildWaterfall(answer);
  const links = findLinks(waterfall);
  return { waterfall, links, waits: findWaits(waterfall, links), tag };
}
