/** @import { ShownBytes } from '../../api/provider-types.js' */

/** @typedef {{ form: 'json' | 'text' | 'hex', text: string }} ReadBytes */

// Control characters that no text has; tabs and line breaks are the others.
const binary = /(?![\t\n\r])[\p{Cc}]/u;

/**
 * @param {ShownBytes} bytes
 * @returns {ReadBytes} as JSON where they are that, else as text, else as hexadecimal digits
 */
export function readBytes({ size, base64 }) {
  const bytes = bytesOf(base64);
  let text;
  try {
    // What is cut in the middle of a character is text all the same.
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes, { stream: bytes.length < size });
  } catch {
    return { form: 'hex', text: hexOf(bytes) };
  }
  if (binary.test(text)) return { form: 'hex', text: hexOf(bytes) };
  return bytes.length === size && /^\s*[[{]/.test(text) ? jsonOf(text) : { form: 'text', text };
}

/**
 * @param {string} base64
 * @returns {Uint8Array}
 */
export function bytesOf(base64) {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

/**
 * @param {Uint8Array} bytes
 * @returns {string} sixteen a line, with their place in front where there are more
 */
function hexOf(bytes) {
  const lines = [];
  for (let at = 0; at < bytes.length; at += 16) {
    const digits = Array.from(bytes.subarray(at, at + 16), (byte) => byte.toString(16).padStart(2, '0')).join(' ');
    lines.push(bytes.length > 16 ? `${at.toString(16).padStart(6, '0')}  ${digits}` : digits);
  }
  return lines.join('\n');
}

/**
 * @param {string} text
 * @returns {ReadBytes}
 */
function jsonOf(text) {
  try {
    return { form: 'json', text: JSON.stringify(JSON.parse(text), null, 2) };
  } catch {
    return { form: 'text', text };
  }
}
