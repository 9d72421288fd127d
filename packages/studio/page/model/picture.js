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
 */

/**
 * @param {TraceAnswer} answer
 * @returns {Picture}
 */
export function pictureOf(answer) {
  const waterfall = buildWaterfall(answer);
  const links = findLinks(waterfall);
  return { waterfall, links, waits: findWaits(waterfall, links) };
}
