/**
 * @param {URLSearchParams} query of the address
 * @param {string} name
 * @param {string} value empty removes it
 * @returns {string} the query with the change, with its question mark; without a limit, as other rows are shown
 */
export function withQuery(query, name, value) {
  const next = new URLSearchParams(query);
  if (name !== 'limit') next.delete('limit');
  if (value === '') next.delete(name);
  else next.set(name, value);
  return next.size === 0 ? '' : `?${next}`;
}

/**
 * @param {URLSearchParams} query of the address
 * @returns {{ errorClass?: string, traceId?: string }} what a replay would take of it
 */
export function selectionOf(query) {
  const [errorClass, traceId] = [query.get('errorClass') ?? '', query.get('traceId')?.toLowerCase() ?? ''];
  return { ...(errorClass === '' ? {} : { errorClass }), ...(traceId === '' ? {} : { traceId }) };
}

export const pageSize = 100;
export const mostRows = 1_000;

/**
 * @param {URLSearchParams} query of the address
 * @returns {number} how many rows are asked for
 */
export function limitOf(query) {
  const limit = Number(query.get('limit') ?? pageSize);
  return Number.isInteger(limit) && limit > 0 ? Math.min(limit, mostRows) : pageSize;
}
