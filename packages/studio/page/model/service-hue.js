/**
 * @param {string} service
 * @returns {number} a hue in degrees, the same for a service on every page
 */
export function serviceHue(service) {
  let hash = 0x811c9dc5;
  for (const character of service) hash = Math.imul(hash ^ /** @type {number} */ (character.codePointAt(0)), 0x01000193);
  // Neighbouring hashes shall not be neighbouring hues. Red is left out: it means an error.
  return 50 + (((hash >>> 0) * 137.508) % 290);
}
