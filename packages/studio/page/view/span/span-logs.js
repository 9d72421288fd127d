/** @import { LogLine } from '../../api/types.js' */
/** @import { SpanNode } from '../../model/build-waterfall.js' */
import { getLogs } from '../../api/client.js';
import { useLoaded } from '../../hooks/use-loaded.js';
import { html } from '../../html.js';
import { formatClock } from '../../model/format.js';
import { lostLines } from '../../model/logs/trace-logs.js';
import { LogText, Severity } from '../logs/log-line.js';
import { Capped } from '../parts/capped.js';

/** @param {{ node: SpanNode }} props */
export function SpanLogs({ node }) {
  const { lostLogLines } = node.section;
  if (node.span.logs === 0 && lostLogLines === 0) return null;
  return html`<h3>Log lines</h3>
    ${lostLogLines > 0 && html`<p class="none">Of the whole trace, ${lostLines(lostLogLines)}</p>`}
    ${node.span.logs > 0 && html`<${Lines} node=${node} />`}`;
}

/** @param {{ node: SpanNode }} props */
function Lines({ node }) {
  const { traceId, spanId, logs } = node.span;
  const { lostLogLines } = node.section;
  // At a limit the lines may stay as many as they are, while new ones take the place of the first.
  const { value, error } = useLoaded((signal) => getLogs(traceId, spanId, signal), [traceId, spanId, logs, lostLogLines], false);
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
