// Control characters, and the marks that change the direction of what stands around them: a name must not reorder its line.
const hidden = /[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;
const hiddenButBreaks = /(?![\n\t])[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

// A name as long as this can be read; one of megabytes would leave no room for what is below it.
const longestLine = 1_000;

/** @param {string} character */
const escaped = (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

/**
 * @param {string} text that others chose: a name, a topic
 * @returns {string} one line of it, of its first thousand characters, with what cannot be seen written as `\u202e`
 */
export function printableLine(text) {
  // Not through a pair of surrogates.
  const line = text.length <= longestLine ? text : `${text.slice(0, longestLine).replace(/[\ud800-\udbff]$/, '')}…`;
  return line.replace(hidden, escaped);
}

/**
 * @param {string} text that others chose: a value, a stack
 * @returns {string} the same, where line feeds and tabs stay
 */
export function printableText(text) {
  return text.replace(hiddenButBreaks, escaped);
}
