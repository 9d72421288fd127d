/** @import { TraceLog } from '../../model/logs/trace-logs.js' */
/** @import { Waterfall } from '../../model/build-waterfall.js' */
import { getLogs } from '../../api/client.js';
import { useLoaded } from '../../hooks/use-loaded.js';
import { html } from '../../html.js';
import { formatClock, formatDuration, plural } from '../../model/format.js';
import { printableLine } from '../../model/printable.js';
import { filterLogs, lostLines, mergeLogs, severities } from '../../model/logs/trace-logs.js';
import { navigate, traceUrl } from '../../router.js';
import { useEffect, useMemo, useRef } from '../../vendor/preact-hooks.js';
import { Capped } from '../parts/capped.js';
import { ServiceName } from '../parts/service-name.js';
import { LogText, Severity } from './log-line.js';
import { NoLogs } from './no-logs.js';

/**
 * The log lines of a trace in order of time, whichever span they belong to.
 *
 * @param {{ traceId: string, query: URLSearchParams, waterfall: Waterfall }} props `query` of the address: `severity`, `search` and `linked`
 */
export function LogView({ traceId, query, waterfall }) {
  const linked = query.get('linked') === 'true';
  const least = severities.find((name) => name === query.get('severity')) ?? '';
  const search = query.get('search') ?? '';
  /**
   * @param {string} name
   * @param {string} value empty removes it
   */
  const set = (name, value) => {
    const next = new URLSearchParams(location.search);
    if (value === '') next.delete(name);
    else next.set(name, value);
    navigate(`${traceUrl(traceId)}?${next}`, { replace: true });
  };
  const region = useRef(/** @type {HTMLElement | null} */ (null));
  const shownSections = waterfall.sections.filter(({ opened }) => opened || linked);
  const lost = shownSections.reduce((sum, section) => sum + section.lostLogLines, 0);
  const sections = shownSections.filter(({ logLines }) => logLines > 0);
  // At a limit the lines stay as many as they are: each new one takes the place of the first.
  const asked = sections.map((section) => `${section.traceId} ${section.logLines} ${section.lostLogLines}`).join();
  const { value, error } = useLoaded((signal) => Promise.all(sections.map((section) => loadLogs(section.traceId, signal))), [asked], false);
  const logs = useMemo(() => filterLogs(mergeLogs(waterfall, value ?? []), least, search), [waterfall, value, least, search]);
  useEffect(() => {
    if (document.activeElement === document.body) region.current?.focus({ preventScroll: true });
  }, []);

  const own = waterfall.sections.find(({ opened }) => opened);
  const ofLinked = waterfall.sections.reduce((sum, section) => sum + (section.opened ? 0 : section.logLines), 0);
  return html`<div class="log-view">
    <form class="tools" aria-label="Filter of the log lines" onSubmit=${(/** @type {Event} */ event) => event.preventDefault()}>
      <label>
        At least
        <select value=${least} onChange=${(/** @type {any} */ event) => set('severity', event.currentTarget.value)}>
          <option value="">any</option>
          ${severities.slice(1).map((name) => html`<option key=${name} value=${name}>${name}</option>`)}
        </select>
      </label>
      <input
        type="search"
        aria-label="Search in the log lines"
        placeholder="Search in the log lines"
        value=${search}
        onInput=${(/** @type {any} */ event) => set('search', event.currentTarget.value)}
      />
      ${
        ofLinked > 0 &&
        html`<label>
          <input type="checkbox" checked=${linked} onChange=${(/** @type {any} */ event) => set('linked', event.currentTarget.checked ? 'true' : '')} />
          With ${plural(ofLinked, 'line')} of linked traces
        </label>`
      }
    </form>
    <div class="log-lines" role="region" aria-label="Log lines of the trace" tabindex="0" ref=${region}>
      ${error && html`<p class="notice failed" role="alert">${error.message}</p>`}
      ${sections.length === 0 && lost === 0 && html`<${NoLogs} />`}
      ${lost > 0 && html`<p class="notice">${lostLines(lost)}</p>`}
      ${sections.length > 0 && value !== undefined && logs.length === 0 && html`<p class="notice">No log line is like this.</p>`}
      <${Capped} items=${logs} limit=${500}>
        ${(/** @type {TraceLog[]} */ shown) =>
          html`<ol>
            ${shown.map((log, index) => html`<${Line} key=${index} log=${log} openedTraceId=${traceId} startUs=${own?.startUs ?? 0} />`)}
          </ol>`}
      <//>
    </div>
  </div>`;
}

/** @param {{ log: TraceLog, openedTraceId: string, startUs: number }} props */
function Line({ log: { line, traceId, node }, openedTraceId, startUs }) {
  return html`<li class="log-line">
    <span class="log-time">
      <time>${formatClock(line.timeUs)}</time> <span class="after">${formatDuration(line.timeUs - startUs)}</span>
    </span>
    <${Severity} severity=${line.severity} />
    <span class="log-from">
      <${ServiceName} name=${node?.span.service ?? line.service} />
      ${node !== undefined && html`<a href=${traceUrl(openedTraceId, node.span.spanId)}><bdi>${printableLine(node.span.name)}</bdi></a>`}
      ${node === undefined && html`<span class="badge badge-plain">${line.spanId === '' ? 'of no span' : 'span not here'}</span>`}
      ${traceId !== openedTraceId && html`<span>in trace <code>${traceId.slice(0, 8)}</code></span>`}
    </span>
    <div class="log-text"><${LogText} line=${line} /></div>
  </li>`;
}

/**
 * @param {string} traceId
 * @param {AbortSignal} signal
 */
async function loadLogs(traceId, signal) {
  return { traceId, ...(await getLogs(traceId, undefined, signal)) };
}
