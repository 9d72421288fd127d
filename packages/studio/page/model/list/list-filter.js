import { timesOf } from './time-range.js';

/** What comes first in the list, by the name that addresses and the server have for it. @type {Record<string, string>} */
export const orders = { newest: 'newest', longest: 'longest', 'most-spans': 'most spans', errors: 'errors first' };

/**
 * @param {URLSearchParams} shown the list's own address
 * @returns {string} one of the names of `orders`
 */
export function orderOf(shown) {
  const order = shown.get('sort') ?? 'newest';
  return Object.hasOwn(orders, order) ? order : 'newest';
}

/**
 * @param {string} listUrl path and query of the list
 * @param {string} name
 * @param {string} value empty removes the filter
 * @returns {string}
 */
export function withFilter(listUrl, name, value) {
  return withFilters(listUrl, { [name]: value });
}

/**
 * @param {string} listUrl path and query of the list
 * @param {Record<string, string>} filters by their names; empty removes one
 * @returns {string}
 */
export function withFilters(listUrl, filters) {
  const query = new URLSearchParams(listUrl.split('?')[1] ?? '');
  for (const [name, value] of Object.entries(filters)) {
    if (value === '') query.delete(name);
    else query.set(name, value);
  }
  return query.size === 0 ? '/' : `/?${query}`;
}

/**
 * @param {URLSearchParams} shown the list's own address: `search`, `service`, `topic`, `badge`, `attributes`, `error`, `minMs`, `time`,
 *   `since`, `until`, `sort`, `fold`, `limit`
 * @param {number} nowMs milliseconds since the epoch, at which the last five minutes end
 * @returns {URLSearchParams} the same question to the server
 */
export function apiQuery(shown, nowMs) {
  const query = new URLSearchParams({ limit: String(limitOf(shown)), ...timesOf(shown, nowMs) });
  for (const name of ['search', 'service', 'topic', 'badge', 'attributes']) {
    const value = shown.get(name)?.trim();
    if (value) query.set(name, value);
  }
  if (shown.get('error') === 'true') query.set('error', 'true');
  const minMs = Number(shown.get('minMs') ?? 0);
  if (minMs > 0 && minMs < 1e9) query.set('minDurationUs', String(Math.round(minMs * 1_000)));
  if (orderOf(shown) !== 'newest') query.set('sort', orderOf(shown));
  if (shown.get('fold') !== 'false') query.set('foldBatches', 'true');
  return query;
}

/**
 * @param {URLSearchParams} shown the list's own address
 * @returns {boolean} whether it leaves traces out
 */
export function isFiltered(shown) {
  const leavesNoneOut = ['limit', 'foldBatches', 'sort'];
  return [...apiQuery(shown, 0).keys()].some((name) => !leavesNoneOut.includes(name));
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
 * @param {{ service?: string, topic?: string, error?: boolean, since?: string | undefined }} filter `since` is a point in time in ISO 8601
 * @returns {string} the list of the traces that are so
 */
export function tracesUrl({ service, topic, error, since }) {
  const query = new URLSearchParams();
  if (service !== undefined) query.set('service', service);
  if (topic !== undefined) query.set('topic', topic);
  if (error === true) query.set('error', 'true');
  if (since !== undefined) query.set('since', since);
  return `/?${query}`;
}
