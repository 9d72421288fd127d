/** @import { Route } from '../../router.js' */
/** @import { TraceListAnswer } from '../../api/types.js' */
import { ApiError, getTraces } from '../../api/client.js';
import { html } from '../../html.js';
import { useCameFrom } from '../../hooks/use-came-from.js';
import { useGoOn } from '../../hooks/use-go-on.js';
import { timePasses, useLoaded } from '../../hooks/use-loaded.js';
import { formatBytes, plural } from '../../model/format.js';
import { apiQuery, isFiltered, limitOf, mostTraces, orderOf, orders, pageSize, withFilter } from '../../model/list/list-filter.js';
import { endsBeforeItBegins, secondsUntilNow } from '../../model/list/time-range.js';
import { navigate } from '../../router.js';
import { useEffect, useRef, useState } from '../../vendor/preact-hooks.js';
import { FirstSteps } from './first-steps.js';
import { TraceFilters } from './trace-filters.js';
import { TraceRow } from './trace-row.js';

/** @type {{ name: string, sortedBy?: string }[]} */
const columns = [
  { name: 'Trace' },
  { name: 'Start', sortedBy: 'newest' },
  { name: 'Duration', sortedBy: 'longest' },
  { name: 'Spans', sortedBy: 'most-spans' },
  { name: 'Services' },
  { name: 'Linked' },
];

/** @param {{ route: Route }} props */
export function TraceList({ route }) {
  const [live, setLive] = useState(true);
  const shown = route.query.toString();
  const { value, error, loading } = useLoaded(
    (signal) => getTraces(apiQuery(new URLSearchParams(shown), Date.now()), signal),
    [shown],
    live,
    secondsUntilNow(route.query) === undefined ? undefined : timePasses,
  );
  const refused = error instanceof ApiError && error.status === 400;
  // Nothing else that the page asks for can be refused.
  const attributeError = refused && !endsBeforeItBegins(route.query) ? error.message : undefined;
  const traces = refused ? [] : (value?.traces ?? []);
  const table = useRef(/** @type {HTMLElement | null} */ (null));
  useEffect(() => {
    document.title = 'Traces · tracelink studio';
  }, []);
  useRowKeys(table);
  useCameFrom(table, traces.length > 0);
  const goOnAfter = useGoOn((row) => row.querySelector('a'), value);

  const limit = limitOf(route.query);
  const more = traces.length >= limit && limit < mostTraces;
  const showMore = () => {
    goOnAfter(table.current?.lastElementChild);
    navigate(withFilter(location.search, 'limit', String(limit + pageSize)), { replace: true });
  };
  const order = orderOf(route.query);
  return html`<div class="trace-list">
    <h1 class="unseen">Traces</h1>
    <${TraceFilters}
      route=${route}
      services=${value?.services ?? []}
      topics=${value?.topics ?? []}
      attributeError=${attributeError}
      live=${live}
      onLive=${setLive}
    />
    ${error && attributeError === undefined && html`<p class="notice failed" role="alert">${error.message}</p>`}
    ${value && !refused && traces.length === 0 && html`<${Nothing} filtered=${isFiltered(route.query)} />`}
    ${
      traces.length > 0 &&
      html`<div role="table" aria-label=${`Traces, ${orders[order]}${order === 'errors' ? '' : ' first'}`} aria-busy=${loading} class="traces" ref=${table}>
        <div role="row" class="traces-head">
          ${columns.map(({ name, sortedBy }) => {
            const sorted = sortedBy === order ? 'descending' : undefined;
            return html`<span key=${name} role="columnheader" aria-sort=${sorted}>${name}</span>`;
          })}
        </div>
        ${traces.map((trace) => html`<${TraceRow} key=${trace.traceId} trace=${trace} />`)}
      </div>`
    }
    ${more && html`<button type="button" class="more" onClick=${showMore}>Show ${pageSize} more</button>`}
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
  if (filtered) return html`<p class="notice">No trace is like this.</p>`;
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
      if (target.closest('select, [type=number], [type=datetime-local], dialog') !== null) return;
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
