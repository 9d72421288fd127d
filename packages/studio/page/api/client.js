/** @import { Action, ActionAnswer, FlowAnswer, ImportAnswer, LogLine, TraceAnswer, TraceListAnswer } from './types.js' */

/** What the server answered instead of what was asked for, as a sentence for the reader of the page. */
export class ApiError extends Error {
  /**
   * @param {string} message
   * @param {number} status 0 where no answer came
   */
  constructor(message, status) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
  }
}

/**
 * @param {string} path
 * @param {RequestInit} [init]
 * @returns {Promise<Response>}
 * @throws {ApiError}
 */
export async function ask(path, init) {
  let response;
  try {
    response = await fetch(path, { cache: 'no-cache', ...init });
  } catch (error) {
    if (init?.signal?.aborted) throw error;
    throw new ApiError('The studio does not answer. Is it still running?', 0);
  }
  if (response.ok) return response;
  const body = await response.json().catch(() => undefined);
  const message = typeof body?.error === 'string' ? body.error : `The studio answered with status ${response.status}.`;
  throw new ApiError(message, response.status);
}

/**
 * @param {URLSearchParams} query `search`, `service`, `topic`, `badge`, `attributes`, `error`, `minDurationUs`, `sinceUs`, `untilUs`, `sort`,
 *   `foldBatches`, `limit`
 * @param {AbortSignal} signal
 * @returns {Promise<TraceListAnswer>}
 */
export async function getTraces(query, signal) {
  return (await ask(`/api/traces?${query}`, { signal })).json();
}

/**
 * @param {string} traceId
 * @param {AbortSignal} signal
 * @param {string} [knownTag] the tag of the answer that is there already
 * @param {number} [linked] how many of the traces that it is linked with, at most; the studio has a number of its own
 * @returns {Promise<{ answer?: TraceAnswer, tag?: string }>} no answer where it would be the known one
 */
export async function getTrace(traceId, signal, knownTag, linked) {
  const query = linked === undefined ? '' : `?linked=${linked}`;
  const response = await ask(`/api/traces/${encodeURIComponent(traceId)}${query}`, { signal });
  const tag = response.headers.get('etag') ?? undefined;
  if (tag !== undefined && tag === knownTag) {
    // Megabytes that need not be parsed again.
    await response.body?.cancel();
    return { tag };
  }
  const answer = await response.json();
  return tag === undefined ? { answer } : { answer, tag };
}

/**
 * @param {string} traceId
 * @param {string} [spanId] absent for the lines of the whole trace
 * @param {AbortSignal} [signal]
 * @returns {Promise<{ logs: LogLine[] }>} in order of time
 */
export async function getLogs(traceId, spanId, signal) {
  const path = [traceId, ...(spanId === undefined ? [] : [spanId])].map(encodeURIComponent).join('/');
  return (await ask(`/api/traces/${path}/logs`, signal === undefined ? {} : { signal })).json();
}

/**
 * @param {number | undefined} sinceUs start of the time that is counted, in microseconds since the epoch
 * @param {AbortSignal} signal
 * @returns {Promise<FlowAnswer>}
 */
export async function getFlow(sinceUs, signal) {
  return (await ask(sinceUs === undefined ? '/api/flow' : `/api/flow?sinceUs=${sinceUs}`, { signal })).json();
}

/**
 * @param {AbortSignal} signal
 * @returns {Promise<{ actions: Action[] }>}
 */
export async function getActions(signal) {
  return (await ask('/api/actions', { signal })).json();
}

/**
 * @param {string} name
 * @returns {Promise<ActionAnswer>}
 */
export async function runAction(name) {
  // No form of another site can send this header.
  return (await ask(`/api/actions/${encodeURIComponent(name)}`, { method: 'POST', headers: { 'x-tracelink-studio': '1' } })).json();
}

/**
 * @param {File} file
 * @returns {Promise<ImportAnswer>}
 */
export async function importTraces(file) {
  return (await ask('/api/import', { method: 'POST', body: file })).json();
}
