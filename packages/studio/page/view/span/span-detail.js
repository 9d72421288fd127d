/** @import { SpanNode } from '../../model/build-waterfall.js' */
/** @import { Picture } from '../../model/picture.js' */
import { html } from '../../html.js';
import { attributeUrl } from '../../model/list/attribute-condition.js';
import { formatDateTime, formatDuration } from '../../model/format.js';
import { printableLine, printableText } from '../../model/printable.js';
import { attemptOf } from '../../model/span-traits.js';
import { useEffect, useRef } from '../../vendor/preact-hooks.js';
import { AttributeTable } from '../parts/attribute-table.js';
import { SpanBadges } from '../parts/badges.js';
import { CopyButton } from '../parts/copy-button.js';
import { ServiceName } from '../parts/service-name.js';
import { SpanEvents } from './span-events.js';
import { SpanLinks } from './span-links.js';
import { SpanLogs } from './span-logs.js';

/**
 * Everything that is known of one span.
 *
 * @param {{ node: SpanNode | undefined, spanId: string, traceId: string, picture: Picture, onClose: () => void }} props
 *   `node` is absent where the address names a span that is not here
 */
export function SpanDetail({ node, spanId, traceId, picture, onClose }) {
  const panel = useRef(/** @type {HTMLElement | null} */ (null));
  useEffect(() => {
    // While the arrows of the keyboard go through the rows, they keep it.
    if (document.activeElement?.getAttribute('role') !== 'tree' || matchMedia('(max-width: 720px)').matches) panel.current?.focus();
  }, []);
  return html`<section class="detail" aria-labelledby="detail-title" tabindex="-1" ref=${panel}>
    <div class="detail-bar">
      ${node !== undefined && html`<${CopyButton} text=${() => JSON.stringify(node.span, null, 2)} label="Copy as JSON" />`}
      <button type="button" class="small detail-close" onClick=${onClose}>Close</button>
    </div>
    ${
      node === undefined
        ? html`<h2 id="detail-title">Span <code>${printableLine(spanId)}</code></h2>
            <p>It is not in this trace, or it has not arrived yet.</p>`
        : html`<${Known} node=${node} traceId=${traceId} picture=${picture} />`
    }
  </section>`;
}

/** @param {{ node: SpanNode, traceId: string, picture: Picture }} props */
function Known({ node, traceId, picture }) {
  const { span } = node;
  return html`
    <h2 id="detail-title"><bdi>${printableLine(span.name)}</bdi></h2>
    <p class="detail-facts"><${ServiceName} name=${span.service} /> <span>${span.kind}</span> <${SpanBadges} node=${node} /></p>
    ${span.statusMessage !== undefined && html`<pre class="status-message" tabindex="0"><bdi>${printableText(span.statusMessage)}</bdi></pre>`}
    <${Times} node=${node} picture=${picture} />
    <${SpanLinks} node=${node} openedTraceId=${traceId} picture=${picture} />
    <h3>Attributes</h3>
    <${AttributeTable} attributes=${span.attributes} label="Attributes of the span" urlOf=${attributeUrl} />
    <${SpanEvents} span=${span} />
    <${SpanLogs} node=${node} />
    <details>
      <summary>Resource, scope and ids</summary>
      <${AttributeTable} attributes=${span.resource} label="Resource" urlOf=${attributeUrl} />
      <${AttributeTable}
        label="Scope and ids"
        attributes=${{
          scope: span.scope.name,
          ...(span.scope.version === undefined ? {} : { 'scope version': span.scope.version }),
          'trace id': span.traceId,
          'span id': span.spanId,
          ...(span.parentSpanId === undefined ? {} : { 'parent span id': span.parentSpanId }),
        }}
      />
    </details>
  `;
}

const waits = { queue: 'In the queue', retry: 'Since the last attempt', again: 'Since it came before' };

/** @param {{ node: SpanNode, picture: Picture }} props */
function Times({ node, picture }) {
  const { span, section } = node;
  const wait = picture.waits.get(node);
  const attempt = attemptOf(span);
  const facts = [
    ['Start', `${formatDateTime(span.startUs)}, ${formatDuration(span.startUs - section.startUs)} into its trace`],
    ['Duration', formatDuration(span.durationUs)],
    ...(wait === undefined ? [] : [[waits[wait.kind], formatDuration(wait.toUs - wait.fromUs)]]),
    ...(attempt === undefined ? [] : [['Attempt', String(attempt)]]),
    ['Status', span.status],
  ];
  return html`<dl class="facts">
    ${facts.map(
      ([name, fact]) =>
        html`<div key=${name}>
          <dt>${name}</dt>
          <dd>${fact}</dd>
        </div>`,
    )}
  </dl>`;
}
