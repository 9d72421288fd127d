/**
 * @param {string} text as somebody pasted it: a trace id in either case, one between quotes, or a whole `traceparent`
 * @returns {string | undefined} the trace id
 */
export function traceIdIn(text) {
  const bare = text.trim().replace(/^["'`]|["'`]$/g, '');
  const match = /^(?:[0-9a-f]{2}-)?([0-9a-f]{32})(?:-[0-9a-f]{16}(?:-[0-9a-f]{2})?)?$/i.exec(bare);
  return match?.[1]?.toLowerCase();
}
