/** @import { FlowPicture, Point } from '../../model/lay-out-flow.js' */
/** @import { FlowEdge, FlowNode } from '../../api/types.js' */
/** @import { Place } from './trace-links.js' */
import { html } from '../../html.js';
import { formatCount, formatDuration, plural } from '../../model/format.js';
import { nodeHeight, nodeWidth } from '../../model/lay-out-flow.js';
import { printableLine } from '../../model/printable.js';
import { serviceHue } from '../../model/service-hue.js';
import { useId, useState } from '../../vendor/preact-hooks.js';
import { DeadLetterBadge } from '../parts/badges.js';
import { ErrorsLink, placeOf, placeOfWay, TracesLink } from './trace-links.js';

/** @param {{ picture: FlowPicture, zoom: number, since?: string | undefined }} props `zoom` makes it fit the page; `since` is when its time began */
export function FlowMap({ picture, zoom, since }) {
  const [chosen, setChosen] = useState('');
  const { width, height, nodes, edges } = picture;
  /** @param {FlowEdge} edge */
  const touches = (edge) => chosen !== '' && (edge.from === chosen || edge.to === chosen);
  return html`<div class="flow-scroller" tabindex="0" role="region" aria-label="Map of services and topics">
    <div class=${chosen === '' ? 'flow-map' : 'flow-map has-chosen'} style=${{ width: `${width}px`, height: `${height}px`, zoom }}>
      <svg width=${width} height=${height} aria-hidden="true">
        <defs>
          <marker
            id="flow-head"
            class="flow-head"
            viewBox="0 0 8 8"
            refX="7"
            refY="4"
            markerWidth="9"
            markerHeight="9"
            markerUnits="userSpaceOnUse"
            orient="auto"
          >
            <path d="M0 0L8 4L0 8z" />
          </marker>
        </defs>
        ${edges.map(
          ({ edge, points }) =>
            html`<path
              key=${`${edge.from} ${edge.to}`}
              class=${`flow-edge${edge.errors > 0 ? ' error' : ''}${touches(edge) ? ' strong' : ''}`}
              data-from=${edge.from}
              data-to=${edge.to}
              d=${smooth(points)}
              marker-end="url(#flow-head)"
            />`,
        )}
      </svg>
      ${edges.map(({ edge, label }) => html`<${EdgeLabel} key=${`${edge.from} ${edge.to}`} place=${placeOfWay(edge, since)} edge=${edge} at=${label} strong=${touches(edge)} />`)}
      ${nodes.map(
        ({ node, x, y }) =>
          html`<${NodeBox}
            key=${node.id}
            node=${node}
            place=${placeOf(node, since)}
            x=${x}
            y=${y}
            chosen=${chosen === node.id}
            onChoose=${() => setChosen(chosen === node.id ? '' : node.id)}
          />`,
      )}
    </div>
  </div>`;
}

/** @param {{ node: FlowNode, place: Place, x: number, y: number, chosen: boolean, onChoose: () => void }} props */
function NodeBox({ node, place, x, y, chosen, onChoose }) {
  const { kind, name, spans, errors, processing } = node;
  const text = useId();
  return html`<div
    class=${`flow-node flow-${kind}${chosen ? ' chosen' : ''}`}
    title=${printableLine(name)}
    style=${{ left: `${x}px`, top: `${y}px`, width: `${nodeWidth}px`, height: `${nodeHeight}px`, '--hue': serviceHue(name) }}
  >
    <button type="button" class="flow-choose" aria-labelledby=${text} aria-pressed=${chosen} onClick=${onChoose}></button>
    <div id=${text} class="flow-text">
      <span class="flow-kind">${kind}${name.endsWith('.dead-letter') && html` <${DeadLetterBadge} />`}</span>
      <span class="flow-name"><${TracesLink} place=${place}><bdi>${printableLine(name)}</bdi><//></span>
      <span class="flow-facts">${plural(spans, 'span')} <${ErrorsLink} place=${place} errors=${errors} /></span>
      ${processing && html`<span class="flow-facts">p50 ${formatDuration(processing.p50Us)}, p99 ${formatDuration(processing.p99Us)}</span>`}
    </div>
  </div>`;
}

/** @param {{ edge: FlowEdge, place: Place, at: Point, strong: boolean }} props */
function EdgeLabel({ edge, place, at, strong }) {
  const { count, errors, queueTime } = edge;
  return html`<span class=${strong ? 'edge-label strong' : 'edge-label'} style=${{ left: `${at.x}px`, top: `${at.y}px` }}>
    <span><${TracesLink} place=${place}>${formatCount(count)}×<//> <${ErrorsLink} place=${place} errors=${errors} /></span>
    ${queueTime && html`<span>queue ${formatDuration(queueTime.p50Us)} / ${formatDuration(queueTime.p99Us)}</span>`}
  </span>`;
}

/**
 * @param {Point[]} points
 * @returns {string} a path through the middles between the points, bent at each point
 */
function smooth(points) {
  const [first, ...rest] = points;
  const last = rest.pop();
  if (first === undefined || last === undefined) return '';
  let path = `M${first.x} ${first.y}`;
  for (const [index, point] of rest.entries()) {
    const next = rest[index + 1];
    const end = next === undefined ? last : { x: (point.x + next.x) / 2, y: (point.y + next.y) / 2 };
    path += `Q${point.x} ${point.y} ${end.x} ${end.y}`;
  }
  return rest.length === 0 ? `${path}L${last.x} ${last.y}` : path;
}
