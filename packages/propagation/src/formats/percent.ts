// What encoding would leave as it is: most keys and values are made of nothing else.
const unreserved = /^[\w.~!*'-]*$/;
const encodedBytes = /(?:%[0-9a-f]{2})+/gi;

/**
 * Percent-decoding that never throws: bytes that are no UTF-8 become U+FFFD, a `%` without two hex digits stays.
 * Not `decodeURIComponent` with a `catch`: an error costs 10 µs, and a sender chooses how many there are.
 */
export function percentDecode(text: string): string {
  if (!text.includes('%')) return text;
  return text.replaceAll(encodedBytes, (bytes) => Buffer.from(bytes.replaceAll('%', ''), 'hex').toString());
}

/** Percent-encoding into characters that are legal in a token and in a baggage value; half surrogates become U+FFFD. */
export function percentEncode(text: string): string {
  if (unreserved.test(text)) return text;
  return encodeURIComponent(text.toWellFormed()).replaceAll('(', '%28').replaceAll(')', '%29');
}
