/** @typedef {'connecting' | 'live' | 'lost'} LiveState a page that no one sees is not connected, and `connecting` */

/** @type {Set<() => void>} */
const watchers = new Set();
/** @type {Set<(state: LiveState) => void>} */
const stateWatchers = new Set();
/** @type {LiveState} */
let state = 'connecting';
/** @type {EventSource | undefined} */
let source;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let retry;

/** @param {LiveState} next */
function enter(next) {
  // What arrived while no one listened is only seen by asking again: after a break, and between the first answer and the first connection.
  const missed = state !== 'live' && next === 'live';
  state = next;
  for (const watcher of stateWatchers) watcher(state);
  if (missed) changed();
}

function changed() {
  for (const watcher of watchers) watcher();
}

/**
 * Listens to the studio's events while the page is seen; called once. A browser opens six connections to a host, for all of its tabs
 * together: were each hidden tab to keep one, the seventh tab could load nothing, and the others not either.
 */
export function startLive() {
  document.addEventListener('visibilitychange', listenWhileSeen);
  listenWhileSeen();
}

function listenWhileSeen() {
  if (!document.hidden) {
    if (source === undefined) connect();
    return;
  }
  clearTimeout(retry);
  source?.close();
  source = undefined;
  enter('connecting');
}

/** The browser connects again by itself, except when it was refused for good. */
function connect() {
  const own = new EventSource('/api/live');
  source = own;
  own.addEventListener('open', () => enter('live'));
  own.addEventListener('changed', changed);
  own.addEventListener('error', () => {
    enter('lost');
    if (own.readyState === EventSource.CLOSED) retry = setTimeout(connect, 3_000);
  });
}

/**
 * @param {() => void} watcher called when something arrived, at most twice a second
 * @returns {() => void} ends it
 */
export function onChanged(watcher) {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}

/**
 * @param {(state: LiveState) => void} watcher called now and at each change
 * @returns {() => void} ends it
 */
export function onLiveState(watcher) {
  stateWatchers.add(watcher);
  watcher(state);
  return () => stateWatchers.delete(watcher);
}
