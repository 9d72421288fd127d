import { html } from '../../html.js';
import { CopyButton } from '../parts/copy-button.js';

const variable = 'OTEL_LOGS_EXPORTER=otlp';

/** How log lines get here, for a trace that has none. */
export function NoLogs() {
  return html`<div class="notice first-steps">
    <p>No log line of this trace has arrived. A line is shown when it is sent by OTLP with the id of the trace.</p>
    <p>
      A service in Node needs an instrumentation of its logger, which <code>@tracelink/sdk</code> has for pino (others:
      <code>@opentelemetry/instrumentation-winston</code>, <code>-bunyan</code>), and, unless it is the default of its SDK,
    </p>
    <ul>
      <li><code>${variable}</code><${CopyButton} text=${() => variable} label=${html`Copy<span class="unseen"> ${variable}</span>`} /></li>
    </ul>
    <p>The lines are shown here as they arrive.</p>
  </div>`;
}
