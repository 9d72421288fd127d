/** @typedef {'connecting' | 'live' | 'lost'} LiveState */

/** @type {Set<() => void>} */
const watchers = new Set();
/** @type {Set<(state: LiveState) => void>} */
const stateWatchers = new Set();
/** @type {LiveState} */
let state = 'connecting';

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

/** Listens to the studio's events; called once. The browser connects again by itself, except when it was refused for good. */
export function startLive() {
  const source = new EventSource('/api/live');
  source.addEventListener('open', () => enter('live'));
  source.addEventListener('changed', changed);
  source.addEventListener('error', () => {
    enter('lost');
    if (source.readyState === EventSource.CLOSED) setTimeout(startLive, 3_000);
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
