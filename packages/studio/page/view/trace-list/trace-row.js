/** @import { TraceSummary } from '../../api/types.js' */
import { html } from '../../html.js';
import { formatClock, formatCount, formatDateTime, formatDuration, formatOtherDay, plural } from '../../model/format.js';
import { printableLine } from '../../model/printable.js';
import { cameFrom, traceUrl } from '../../router.js';
import { useState } from '../../vendor/preact-hooks.js';
import { ErrorBadge, ImportedBadge, TraceBadges } from '../parts/badges.js';
import { ServiceName } from '../parts/service-name.js';

/**
 * A trace, and below it the batches that took its messages, once one asks for them.
 *
 * @param {{ trace: TraceSummary }} props
 */
export function TraceRow({ trace }) {
  const { batches } = trace;
  // One who comes back from a batch finds it where they left it.
  const [open, setOpen] = useState(() => batches.some(({ traceId }) => traceUrl(traceId) === cameFrom()));
  const button =
    batches.length > 0 &&
    html`<button type="button" class="small batches" aria-expanded=${open} onClick=${() => setOpen(!open)}>
      ${plural(batches.length, 'batch', 'batches')}
    </button>`;
  return html`<${Cells} trace=${trace} button=${button} />
    ${open && batches.map((batch) => html`<${Cells} key=${batch.traceId} trace=${batch} folded />`)}`;
}

/** @param {{ trace: TraceSummary, button?: unknown, folded?: boolean }} props `button` shows what is folded under it */
function Cells({ trace, button, folded = false }) {
  const { traceId, name, service, startUs, durationUs, spans, errors, services, badges, imported, linkedTraceIds } = trace;
  const linked = linkedTraceIds.length;
  const others = services.filter((other) => other !== service);
  return html`<div role="row" class=${folded ? 'trace-row folded' : 'trace-row'}>
    <span role="cell" class="trace-name">
      <a href=${traceUrl(traceId)}><bdi>${printableLine(name)}</bdi></a>
      <${ServiceName} name=${service} />
      <code class="trace-id">${traceId.slice(0, 8)}</code>
      <${TraceBadges} badges=${badges} />
      ${imported && html`<${ImportedBadge} />`}
      ${button}
    </span>
    <time role="cell" title=${formatDateTime(startUs)}><span class="day">${formatOtherDay(startUs)}</span> ${formatClock(startUs)}</time>
    <span role="cell">${formatDuration(durationUs)}</span>
    <span role="cell">
      ${formatCount(spans)}<span class="narrow-only"> ${spans === 1 ? 'span' : 'spans'}</span>
      ${errors > 0 && html` <${ErrorBadge} text=${plural(errors, 'error')} />`}
    </span>
    <span role="cell" class="trace-services">${others.map((other) => html`<${ServiceName} key=${other} name=${other} />`)}</span>
    <span role="cell">
      ${linked > 0 && plural(linked, 'trace')}${linked > 0 && html`<span class="narrow-only"> linked</span>`}
    </span>
  </div>`;
}
