/** @import { LogLine, Span } from '../../api/types.js' */
import { getLogs } from '../../api/client.js';
import { useLoaded } from '../../hooks/use-loaded.js';
import { html } from '../../html.js';
import { formatClock } from '../../model/format.js';
import { LogText, Severity } from '../logs/log-line.js';
import { Capped } from '../parts/capped.js';

/** @param {{ span: Span }} props */
export function SpanLogs({ span }) {
  if (span.logs === 0) return null;
  return html`<h3>Log lines</h3>
    <${Lines} span=${span} />`;
}

/** @param {{ span: Span }} props */
function Lines({ span: { traceId, spanId, logs } }) {
  const { value, error } = useLoaded((signal) => getLogs(traceId, spanId, signal), [traceId, spanId, logs], false);
  if (error !== undefined) return html`<p class="failed" role="alert">${error.message}</p>`;
  if (value === undefined) return html`<p role="status">Loading …</p>`;
  return html`<${Capped} items=${value.logs} limit=${100}>
    ${(/** @type {LogLine[]} */ shown) =>
      html`<ol class="logs">
        ${shown.map(
          (line, index) =>
            html`<li key=${index}>
              <time>${formatClock(line.timeUs)}</time> <${Severity} severity=${line.severity} /> <${LogText} line=${line} />
            </li>`,
        )}
      </ol>`}
  <//>`;
}
