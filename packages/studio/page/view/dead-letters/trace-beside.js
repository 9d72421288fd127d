/** @import { SpanNode } from '../../model/build-waterfall.js' */
import { getTrace } from '../../api/client.js';
import { useLoaded } from '../../hooks/use-loaded.js';
import { html } from '../../html.js';
import { buildWaterfall } from '../../model/build-waterfall.js';
import { formatDuration, plural } from '../../model/format.js';
import { printableLine } from '../../model/printable.js';
import { traceUrl } from '../../router.js';
import { SpanBadges } from '../parts/badges.js';
import { ServiceName } from '../parts/service-name.js';

// More than fits beside a record.
const mostSpans = 30;

/**
 * The trace of a record, in small.
 *
 * @param {{ traceId: string }} props
 */
export function TraceBeside({ traceId }) {
  const { value, error } = useLoaded((signal, before) => loadNodes(traceId, signal, before), [traceId], true);
  const nodes = /** @type {SpanNode[]} */ (value?.nodes ?? []);
  return html`<section class="trace-beside" aria-label="Its trace">
    <h2>Its trace</h2>
    <p><a href=${traceUrl(traceId)}>Open the trace</a> <code>${traceId}</code></p>
    ${error !== undefined && html`<p class="none">${/** @type {any} */ (error).status === 404 ? 'No span of it has arrived at this studio.' : error.message}</p>`}
    <ol>
      ${nodes.slice(0, mostSpans).map((node) => html`<${Row} key=${node.key} node=${node} />`)}
    </ol>
    ${nodes.length > mostSpans && html`<p>${plural(nodes.length - mostSpans, 'more span')} in the trace.</p>`}
  </section>`;
}

/** @param {{ node: SpanNode }} props */
function Row({ node }) {
  const { span, depth } = node;
  return html`<li style=${{ '--depth': Math.min(depth, 8) }}>
    <a href=${traceUrl(span.traceId, span.spanId)}><bdi>${printableLine(span.name)}</bdi></a>${' '}
    <${ServiceName} name=${span.service} /> <span class="faint">${formatDuration(span.durationUs)}</span> <${SpanBadges} node=${node} />
  </li>`;
}

/**
 * @param {string} traceId
 * @param {AbortSignal} signal
 * @param {{ nodes: SpanNode[], tag: string | undefined } | undefined} before
 */
async function loadNodes(traceId, signal, before) {
  const { answer, tag } = await getTrace(traceId, signal, before?.tag);
  if (answer === undefined) return /** @type {NonNullable<typeof before>} */ (before);
  return { nodes: buildWaterfall({ ...answer, related: [] }).sections[0]?.nodes ?? [], tag };
}
