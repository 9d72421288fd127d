/** @import { Route } from '../../router.js' */
/** @import { TraceListAnswer } from '../../api/types.js' */
import { getTraces } from '../../api/client.js';
import { html } from '../../html.js';
import { useLoaded } from '../../hooks/use-loaded.js';
import { formatBytes, plural } from '../../model/format.js';
import { apiQuery, isFiltered, limitOf, mostTraces, pageSize, withFilter } from '../../model/list-filter.js';
import { navigate } from '../../router.js';
import { useEffect, useRef, useState } from '../../vendor/preact-hooks.js';
import { FirstSteps } from './first-steps.js';
import { TraceFilters } from './trace-filters.js';
import { TraceRow } from './trace-row.js';

/** @param {{ route: Route }} props */
export function TraceList({ route }) {
  const [live, setLive] = useState(true);
  const question = apiQuery(route.query).toString();
  const { value, error, loading } = useLoaded((signal) => getTraces(new URLSearchParams(question), signal), [question], live);
  const table = useRef(/** @type {HTMLElement | null} */ (null));
  useEffect(() => {
    document.title = 'Traces · tracelink studio';
  }, []);
  useRowKeys(table);

  const limit = limitOf(route.query);
  const more = value !== undefined && value.traces.length >= limit && limit < mostTraces;
  return html`<div class="trace-list">
    <h1 class="unseen">Traces</h1>
    <${TraceFilters} route=${route} services=${value?.services ?? []} topics=${value?.topics ?? []} live=${live} onLive=${setLive} />
    ${error && html`<p class="notice failed" role="alert">${error.message}</p>`}
    ${value && value.traces.length === 0 && html`<${Nothing} filtered=${isFiltered(new URLSearchParams(question))} />`}
    ${
      value &&
      value.traces.length > 0 &&
      html`<div role="table" aria-label="Traces, newest first" aria-busy=${loading} class="traces" ref=${table}>
        <div role="row" class="traces-head">
          ${['Trace', 'Start', 'Duration', 'Spans', 'Services', 'Linked'].map((name) => html`<span key=${name} role="columnheader">${name}</span>`)}
        </div>
        ${value.traces.map((trace) => html`<${TraceRow} key=${trace.traceId} trace=${trace} />`)}
      </div>`
    }
    ${
      more &&
      html`<button
        type="button"
        class="more"
        onClick=${() => navigate(withFilter(location.search, 'limit', String(limit + pageSize)), { replace: true })}
      >
        Show ${pageSize} more
      </button>`
    }
    ${value && html`<${HeldLine} held=${value.held} />`}
  </div>`;
}

/** @param {{ held: TraceListAnswer['held'] }} props */
function HeldLine({ held }) {
  const dropped = held.dropped === 0 ? '' : `, ${plural(held.dropped, 'older span')} dropped`;
  const metrics = held.metrics === 0 ? '' : `; ${plural(held.metrics, 'metric')} received and not kept`;
  return html`<p class="held">
    In memory: ${plural(held.traces, 'trace')}, ${plural(held.spans, 'span')}, ${formatBytes(held.bytes)}${dropped}${metrics}
  </p>`;
}

/** @param {{ filtered: boolean }} props */
function Nothing({ filtered }) {
  if (filtered) return html`<p class="notice">No trace is like this. <a href="/">Show all</a></p>`;
  return html`<${FirstSteps} />`;
}

/**
 * Up and down go from trace to trace, and into the list from anywhere on the page that has no use of its own for them.
 *
 * @param {import('../../vendor/preact.js').RefObject<HTMLElement | null>} table
 */
function useRowKeys(table) {
  useEffect(() => {
    /** @param {KeyboardEvent} event */
    const onKey = (event) => {
      if (event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
      const target = event.target instanceof Element ? event.target : document.body;
      if (target.closest('select, [type=number], dialog') !== null) return;
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (step === undefined) return;
      const links = [...(table.current?.querySelectorAll('a') ?? [])];
      const next = links[Math.max(0, links.indexOf(/** @type {HTMLAnchorElement} */ (target)) + step)];
      if (next === undefined) return;
      next.focus();
      event.preventDefault();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [table]);
}
