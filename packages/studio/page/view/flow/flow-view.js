/** @import { FlowAnswer } from '../../api/types.js' */
/** @import { FlowPicture } from '../../model/lay-out-flow.js' */
import { getFlow } from '../../api/client.js';
import { timePasses, useLoaded } from '../../hooks/use-loaded.js';
import { useNarrow } from '../../hooks/use-media.js';
import { useWidth } from '../../hooks/use-width.js';
import { html } from '../../html.js';
import { plural } from '../../model/format.js';
import { fitFlow } from '../../model/lay-out-flow.js';
import { useEffect, useMemo, useRef, useState } from '../../vendor/preact-hooks.js';
import { FlowMap } from './flow-map.js';
import { FlowTables } from './flow-tables.js';

const windows = [
  { label: 'everything in memory', seconds: 0 },
  { label: 'last minute', seconds: 60 },
  { label: 'last 10 minutes', seconds: 600 },
  { label: 'last hour', seconds: 3_600 },
];

/** Which services speak with which, and over which topics: as a map and, for those who read better than they see, as tables. */
export function FlowView() {
  const [seconds, setSeconds] = useState(0);
  const narrow = useNarrow();
  const { value, error } = useLoaded(
    (signal) => getFlow(seconds === 0 ? undefined : (Math.floor(Date.now() / 1_000) - seconds) * 1_000_000, signal),
    [seconds],
    true,
    seconds === 0 ? undefined : timePasses,
  );
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
        <select value=${seconds} onChange=${(/** @type {any} */ event) => setSeconds(Number(event.currentTarget.value))}>
          ${windows.map(({ label, seconds: value }) => html`<option key=${value} value=${value}>${label}</option>`)}
        </select>
      </label>
    </div>
    ${error && html`<p class="notice failed" role="alert">${error.message}</p>`}
    ${value && value.nodes.length === 0 && html`<p class="notice">No span has arrived ${seconds === 0 ? 'yet' : 'in this time'}.</p>`}
    ${picture && picture.left > 0 && html`<p class="notice">The map shows the busiest; ${plural(picture.left, 'more is', 'more are')} in the tables.</p>`}
    ${picture && picture.nodes.length > 0 && html`<${FlowMap} picture=${picture} zoom=${zoom} />`}
    ${value && value.nodes.length > 0 && html`<${FlowTables} flow=${value} />`}
  </div>`;
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
