/** @import { FlowAnswer } from '../../api/types.js' */
/** @import { Route } from '../../router.js' */
/** @import { FlowPicture } from '../../model/lay-out-flow.js' */
import { getFlow } from '../../api/client.js';
import { timePasses, useLoaded } from '../../hooks/use-loaded.js';
import { useNarrow } from '../../hooks/use-media.js';
import { useWidth } from '../../hooks/use-width.js';
import { html } from '../../html.js';
import { plural } from '../../model/format.js';
import { fitFlow } from '../../model/lay-out-flow.js';
import { navigate } from '../../router.js';
import { useEffect, useMemo, useRef } from '../../vendor/preact-hooks.js';
import { FlowMap } from './flow-map.js';
import { FlowTables } from './flow-tables.js';

const everything = { time: '', label: 'everything in memory', seconds: 0 };
/** `time` is the name in the address. */
const windows = [
  everything,
  { time: 'last-minute', label: 'last minute', seconds: 60 },
  { time: 'last-10-minutes', label: 'last 10 minutes', seconds: 600 },
  { time: 'last-hour', label: 'last hour', seconds: 3_600 },
];

/**
 * Which services speak with which, and over which topics: as a map and, for those who read better than they see, as tables.
 *
 * @param {{ route: Route }} props its query has the `time` that is counted
 */
export function FlowView({ route: { query } }) {
  const { time, seconds } = windows.find((window) => window.time === query.get('time')) ?? everything;
  const narrow = useNarrow();
  const { value, error } = useLoaded((signal) => loadFlow(seconds, signal), [seconds], true, seconds === 0 ? undefined : timePasses);
  const since = value?.since;
  const page = useRef(/** @type {HTMLElement | null} */ (null));
  // The map's border, and the bar by which it is scrolled down.
  const room = useWidth(page) - 20;
  const { picture, zoom } = useStablePicture(value, narrow, room);
  useEffect(() => {
    document.title = 'Flow · tracelink studio';
  }, []);

  return html`<div class="flow" ref=${page}>
    <div class="flow-heading">
      <h1>Flow</h1>
      <label>
        Spans of
        <select value=${time} onChange=${(/** @type {any} */ event) => navigate(flowUrl(event.currentTarget.value), { replace: true })}>
          ${windows.map(({ label, time: value }) => html`<option key=${value} value=${value}>${label}</option>`)}
        </select>
      </label>
    </div>
    ${error && html`<p class="notice failed" role="alert">${error.message}</p>`}
    ${value && value.nodes.length === 0 && html`<p class="notice">No span has arrived ${seconds === 0 ? 'yet' : 'in this time'}.</p>`}
    ${picture && picture.left > 0 && html`<p class="notice">The map shows the busiest; ${plural(picture.left, 'more is', 'more are')} in the tables.</p>`}
    ${picture && picture.nodes.length > 0 && html`<${FlowMap} picture=${picture} zoom=${zoom} since=${since} />`}
    ${value && value.nodes.length > 0 && html`<${FlowTables} flow=${value} since=${since} />`}
  </div>`;
}

/** @param {string} time one of the names of `windows` */
function flowUrl(time) {
  return time === '' ? '/flow' : `/flow?time=${time}`;
}

/**
 * @param {number} seconds until now; 0 is everything in memory
 * @param {AbortSignal} signal
 * @returns {Promise<FlowAnswer & { since?: string }>} `since` when the time that was counted began, for links to its traces
 */
async function loadFlow(seconds, signal) {
  if (seconds === 0) return getFlow(undefined, signal);
  const sinceMs = (Math.floor(Date.now() / 1_000) - seconds) * 1_000;
  return { ...(await getFlow(sinceMs * 1_000, signal)), since: new Date(sinceMs).toISOString() };
}

/**
 * The layout is worked out again only when a node or an edge came or went, or the page's width: with new counts alone, nothing moves.
 *
 * @param {FlowAnswer | undefined} flow
 * @param {boolean} narrow
 * @param {number} room width for it, in pixels
 * @returns {{ picture: FlowPicture | undefined, zoom: number }}
 */
function useStablePicture(flow, narrow, room) {
  const shape = flow && JSON.stringify([flow.nodes.map(({ id }) => id), flow.edges.map(({ from, to }) => [from, to])]);
  const fitted = useMemo(() => (flow === undefined || room <= 0 ? undefined : fitFlow(flow, narrow, room)), [shape, narrow, room]);
  const picture = useMemo(() => {
    if (flow === undefined || fitted === undefined) return undefined;
    const layout = fitted.picture;
    const nodes = new Map(flow.nodes.map((node) => [node.id, node]));
    const edges = new Map(flow.edges.map((edge) => [JSON.stringify([edge.from, edge.to]), edge]));
    return {
      ...layout,
      nodes: layout.nodes.map((placed) => ({ ...placed, node: nodes.get(placed.node.id) ?? placed.node })),
      edges: layout.edges.map((placed) => ({
        ...placed,
        edge: edges.get(JSON.stringify([placed.edge.from, placed.edge.to])) ?? placed.edge,
      })),
    };
  }, [flow, fitted]);
  return { picture, zoom: fitted?.zoom ?? 1 };
}
