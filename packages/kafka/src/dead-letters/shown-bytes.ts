import { isUtf8 } from 'node:buffer';

/**
 * Characters that a terminal obeys instead of printing them: control characters but for tab and line breaks, separators of lines and
 * paragraphs, and characters that change the direction of the text behind them. The inside of a class of a regular expression.
 */
export const obeyed = String.raw`\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff`;
const unprintable = new RegExp(`[${obeyed}]`);

const base64 = 'base64:';

/**
 * The one form in which keys, values and headers are shown and searched for: as text when they are printable UTF-8, else as `base64:`
 * and their bytes. Text that starts with `base64:` is shown as Base64, too: no two values look the same.
 */
export function shownBytes(bytes: Buffer | string): string {
  const buffer = typeof bytes === 'string' ? Buffer.from(bytes) : bytes;
  const text = buffer.toString();
  const isText = isUtf8(buffer) && !unprintable.test(text) && !text.startsWith(base64);
  return isText ? text : `${base64}${buffer.toString('base64')}`;
}
