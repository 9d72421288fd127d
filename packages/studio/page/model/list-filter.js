/**
 * @param {string} listUrl path and query of the list
 * @param {string} name
 * @param {string} value empty removes the filter
 * @returns {string}
 */
export function withFilter(listUrl, name, value) {
  const query = new URLSearchParams(listUrl.split('?')[1] ?? '');
  if (value === '') query.delete(name);
  else query.set(name, value);
  return query.size === 0 ? '/' : `/?${query}`;
}

/**
 * @param {URLSearchParams} shown the list's own address: `search`, `service`, `topic`, `badge`, `error`, `minMs`, `fold`, `limit`
 * @returns {URLSearchParams} the same question to the server
 */
export function apiQuery(shown) {
  const query = new URLSearchParams({ limit: String(limitOf(shown)) });
  for (const name of ['search', 'service', 'topic', 'badge']) {
    const value = shown.get(name)?.trim();
    if (value) query.set(name, value);
  }
  if (shown.get('error') === 'true') query.set('error', 'true');
  const minMs = Number(shown.get('minMs') ?? 0);
  if (minMs > 0 && minMs < 1e9) query.set('minDurationUs', String(Math.round(minMs * 1_000)));
  if (shown.get('fold') !== 'false') query.set('foldBatches', 'true');
  return query;
}

/**
 * @param {URLSearchParams} question to the server
 * @returns {boolean} whether it leaves traces out
 */
export function isFiltered(question) {
  return [...question.keys()].some((name) => name !== 'limit' && name !== 'foldBatches');
}

export const pageSize = 100;
export const mostTraces = 1_000;

/**
 * @param {URLSearchParams} shown
 * @returns {number} how many traces are listed at most
 */
export function limitOf(shown) {
  const limit = Number(shown.get('limit') ?? pageSize);
  return Number.isInteger(limit) && limit > 0 ? Math.min(limit, mostTraces) : pageSize;
}

/**
 * @param {{ service?: string, topic?: string, error?: boolean }} filter
 * @returns {string} the list of the traces that are so
 */
export function tracesUrl({ service, topic, error }) {
  const query = new URLSearchParams();
  if (service !== undefined) query.set('service', service);
  if (topic !== undefined) query.set('topic', topic);
  if (error === true) query.set('error', 'true');
  return `/?${query}`;
}
