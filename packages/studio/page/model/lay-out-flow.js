/** @import { FlowAnswer, FlowEdge, FlowNode } from '../api/types.js' */
import { Graph, layout } from '../vendor/dagre.js';

export const nodeWidth = 184;
export const nodeHeight = 74;

// dagre takes a second for a thousand nodes, and no one reads a map of so many.
const mostNodes = 150;

/** @typedef {{ x: number, y: number }} Point */
/**
 * @typedef {object} FlowPicture in pixels
 * @property {number} width
 * @property {number} height
 * @property {{ node: FlowNode, x: number, y: number }[]} nodes left upper corners
 * @property {{ edge: FlowEdge, points: Point[], label: Point }[]} edges
 * @property {number} left nodes that are not drawn
 */

/**
 * Places services and topics in layers, along the way of the messages.
 *
 * @param {FlowAnswer} flow
 * @param {'LR' | 'TB'} direction
 * @returns {FlowPicture}
 */
function layOutFlow({ nodes, edges }, direction) {
  const busiest = nodes.length <= mostNodes ? nodes : [...nodes].sort((a, b) => b.spans - a.spans).slice(0, mostNodes);
  const ids = new Set(busiest.map(({ id }) => id));
  const graph = new Graph({ multigraph: true });
  graph.setGraph({ rankdir: direction, nodesep: 28, ranksep: direction === 'LR' ? 28 : 40, marginx: 12, marginy: 12 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const node of busiest) graph.setNode(node.id, { width: nodeWidth, height: nodeHeight });
  const drawn = edges.filter(({ from, to }) => ids.has(from) && ids.has(to));
  for (const [index, { from, to }] of drawn.entries())
    graph.setEdge(from, to, { width: direction === 'LR' ? 132 : 92, height: 30, labelpos: 'c' }, String(index));
  layout(graph);
  const { width = 0, height = 0 } = /** @type {{ width?: number, height?: number }} */ (graph.graph());
  return {
    width: Number.isFinite(width) ? width : 0,
    height: Number.isFinite(height) ? height : 0,
    nodes: busiest.map((node) => {
      const { x, y } = /** @type {Point} */ (graph.node(node.id));
      return { node, x: x - nodeWidth / 2, y: y - nodeHeight / 2 };
    }),
    edges: drawn.map((edge, index) => {
      const placed = /** @type {Point & { points: Point[] }} */ (graph.edge({ v: edge.from, w: edge.to, name: String(index) }));
      return { edge, points: placed.points, label: { x: placed.x, y: placed.y } };
    }),
    left: nodes.length - busiest.length,
  };
}

// Below it, no one reads the names: then one scrolls.
const leastZoom = 0.7;

/**
 * The picture so that its width fits: from left to right where there is room for that, else from top to bottom.
 *
 * @param {FlowAnswer} flow
 * @param {boolean} narrow a page that has no room beside a box
 * @param {number} room width for it, in pixels
 * @returns {{ picture: FlowPicture, zoom: number }}
 */
export function fitFlow(flow, narrow, room) {
  const across = narrow ? undefined : layOutFlow(flow, 'LR');
  const picture = across !== undefined && room >= across.width * leastZoom ? across : layOutFlow(flow, 'TB');
  return { picture, zoom: narrow ? 1 : Math.min(1, Math.max(leastZoom, room / picture.width)) };
}
