/** @import { Json } from '../../api/types.js' */

/** A longer value would make an address that no server takes. */
const longest = 1_000;

/**
 * @param {string} key
 * @param {Json} value
 * @returns {string} the condition that a span with this attribute fulfils, as the filter of the list has it
 */
export function conditionOf(key, value) {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > longest ? `${quoted(key)} exists` : `${quoted(key)}=${quoted(text)}`;
}

/**
 * @param {string} key
 * @param {Json} value
 * @returns {string} the address of the list of the traces with a span that has it
 */
export function attributeUrl(key, value) {
  return `/?${new URLSearchParams({ attributes: conditionOf(key, value) })}`;
}

/** @param {string} text */
function quoted(text) {
  return /^[^\s"=]+$/.test(text) ? text : `"${text.replaceAll(/["\\]/g, '\\$&')}"`;
}
