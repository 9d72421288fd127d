import { useEffect, useState } from './vendor/preact-hooks.js';

/**
 * @typedef {object} Route
 * @property {'list' | 'trace' | 'flow' | 'dead-letters' | 'doctor' | 'unknown'} view
 * @property {string} traceId empty but for the view of a trace
 * @property {string} spanId the fragment, in lower case as ids are held; empty without one
 * @property {{ topic: string, partition: string, offset: string }} record of the view of dead letters; empty where the address has none
 * @property {URLSearchParams} query
 */

/** @type {Record<string, Route['view']>} */
const views = { '/': 'list', '/flow': 'flow', '/doctor': 'doctor' };

/** @type {Set<() => void>} */
const watchers = new Set();
let lastList = '/';
let lastTopic = '';

let lastLogs = '';
/** Paths of the view that is shown, and of the one before. */
let [here, before] = ['', ''];

/**
 * @param {URL | Location} url
 * @returns {Route}
 */
function parseRoute({ pathname, search, hash }) {
  const query = new URLSearchParams(search);
  const spanId = hash.slice(1).toLowerCase();
  const record = { topic: '', partition: '', offset: '' };
  const trace = /^\/traces\/([^/]+)\/?$/.exec(pathname);
  if (trace !== null) return { view: 'trace', traceId: /** @type {string} */ (trace[1]).toLowerCase(), spanId, record, query };
  const letters = /^\/dead-letters(?:\/([\w.-]+)(?:\/(\d+)\/(\d+))?)?\/?$/.exec(pathname);
  if (letters !== null) {
    const [, topic = '', partition = '', offset = ''] = letters;
    return { view: 'dead-letters', traceId: '', spanId, record: { topic, partition, offset }, query };
  }
  const view = views[pathname === '/' ? '/' : pathname.replace(/\/$/, '')] ?? 'unknown';
  return { view, traceId: '', spanId, record, query };
}

/**
 * @param {string} url of this page: path, query and fragment
 * @param {{ replace?: boolean }} [how] `replace` leaves no step back
 */
export function navigate(url, { replace = false } = {}) {
  if (replace) history.replaceState(null, '', url);
  else history.pushState(null, '', url);
  for (const watcher of watchers) watcher();
}

/** @returns {string} the path that the page had before this one; empty when it was opened here, and once one has gone on */
export function cameFrom() {
  return before;
}

/** What was there for one who came back is drawn: what is drawn later has nothing to do with it. */
export function forgetCameFrom() {
  before = '';
}

/** @returns {string} the list as it was filtered last */
export function listUrl() {
  return lastList;
}

/**
 * @param {string} traceId
 * @param {string} [spanId]
 */
export function traceUrl(traceId, spanId) {
  return `/traces/${traceId}${spanId === undefined || spanId === '' ? '' : `#${spanId}`}`;
}

/**
 * @param {string} [topic] without it the list of topics
 * @param {number} [partition]
 * @param {string} [offset]
 */
export function deadLettersUrl(topic, partition, offset) {
  if (topic === undefined) return '/dead-letters';
  return `/dead-letters/${encodeURIComponent(topic)}${partition === undefined ? '' : `/${partition}/${offset}`}`;
}

/**
 * @param {string} topic
 * @returns {string} its records as they were selected last
 */
export function topicUrl(topic) {
  const url = deadLettersUrl(topic);
  return lastTopic.split('?')[0] === url ? lastTopic : url;
}

/**
 * @param {string} traceId
 * @returns {string} its log lines as they were filtered last
 */
export function logsUrl(traceId) {
  const url = traceUrl(traceId);
  return lastLogs.split('?')[0] === url ? lastLogs : `${url}?view=logs`;
}

/** @returns {Route} of the address, now and at each change */
export function useRoute() {
  const [route, setRoute] = useState(() => parseRoute(location));
  useEffect(() => {
    const read = () => {
      const next = parseRoute(location);
      if (location.pathname !== here) [here, before] = [location.pathname, here];
      if (next.view === 'list') lastList = `/${location.search}`;
      if (next.view === 'trace' && next.query.get('view') === 'logs') lastLogs = `${traceUrl(next.traceId)}${location.search}`;
      if (next.record.topic !== '' && next.record.offset === '') lastTopic = `${deadLettersUrl(next.record.topic)}${location.search}`;
      setRoute(next);
    };
    read();
    watchers.add(read);
    addEventListener('popstate', read);
    document.addEventListener('click', followLink);
    return () => {
      watchers.delete(read);
      removeEventListener('popstate', read);
      document.removeEventListener('click', followLink);
    };
  }, []);
  return route;
}

/** @param {MouseEvent} event */
function followLink(event) {
  if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  const link = event.target instanceof Element ? event.target.closest('a') : null;
  if (link === null || link.origin !== location.origin || link.target !== '' || link.hasAttribute('download')) return;
  if (parseRoute(new URL(link.href)).view === 'unknown') return;
  event.preventDefault();
  navigate(`${link.pathname}${link.search}${link.hash}`);
}
