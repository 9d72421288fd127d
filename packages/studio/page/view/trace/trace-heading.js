/** @import { Waterfall } from '../../model/build-waterfall.js' */
import { html } from '../../html.js';
import { formatCount, formatDateTime, formatDuration, plural } from '../../model/format.js';
import { printableLine } from '../../model/printable.js';
import { logsUrl, traceUrl } from '../../router.js';
import { CopyButton } from '../parts/copy-button.js';
import { ErrorBadge, ImportedBadge } from '../parts/badges.js';
import { ServiceName } from '../parts/service-name.js';
import { SaveButton } from './save-button.js';

/** @param {{ traceId: string, logs: boolean, waterfall: Waterfall, error: Error | undefined, children?: unknown }} props */
export function TraceHeading({ traceId, logs, waterfall, error, children }) {
  const { sections, spans, startUs, endUs } = waterfall;
  const own = sections.find(({ opened }) => opened);
  const root = own?.nodes[0]?.span;
  const others = sections.length - 1;
  const errors = sections.reduce((sum, section) => sum + section.errors, 0);
  return html`<div class="trace-heading">
    <h1>${root !== undefined && html`<${ServiceName} name=${root.service} />`} <bdi>${printableLine(root?.name ?? traceId)}</bdi></h1>
    <p>
      <code class="full-id">${traceId}</code> <${CopyButton} text=${() => traceId} label="Copy trace id" />
      <${SaveButton} traceId=${traceId} waterfall=${waterfall} />
      ${own?.imported && html`<${ImportedBadge} />`}
      <span>${formatDateTime(own?.startUs ?? startUs)}</span>
      ${own && html`<${Counts} spans=${own.nodes.length} durationUs=${own.endUs - own.startUs} errors=${own.errors} />`}
      ${
        others > 0 &&
        html`<span class="with-linked">
          with ${plural(others, 'linked trace')}: <${Counts} spans=${spans} durationUs=${endUs - startUs} errors=${errors} />
        </span>`
      }
    </p>
    <nav class="trace-views" aria-label="Views of the trace">
      <a href=${traceUrl(traceId)} aria-current=${logs ? undefined : 'page'}>Spans</a>
      <a href=${logsUrl(traceId)} aria-current=${logs ? 'page' : undefined}>Log lines <span class="after">${formatCount(own?.logLines ?? 0)}</span></a>
    </nav>
    ${children}
    ${error && html`<p class="failed" role="alert">${error.message}</p>`}
  </div>`;
}

/** @param {{ spans: number, durationUs: number, errors: number }} props */
function Counts({ spans, durationUs, errors }) {
  return html`<span>${plural(spans, 'span')} in ${formatDuration(durationUs)}</span>
    ${errors > 0 && html` <${ErrorBadge} text=${plural(errors, 'error')} />`}`;
}
