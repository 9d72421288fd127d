import { html } from '../../html.js';
import { CopyButton } from '../parts/copy-button.js';

/**
 * What to do while the studio has nothing to show: it is everyone's first page. Each variable has a line of its own, since it is copied to
 * where it is set, which is rarely a shell for both.
 */
export function FirstSteps() {
  const variables = [
    { name: 'OTEL_EXPORTER_OTLP_ENDPOINT', value: location.origin },
    { name: 'OTEL_EXPORTER_OTLP_PROTOCOL', value: 'http/protobuf' },
  ];
  return html`<div class="notice first-steps">
    <p>No trace has arrived yet. Start a service with</p>
    <ul>
      ${variables.map(({ name, value }) => {
        const line = `${name}=${value}`;
        return html`<li key=${name}>
          <code>${line}</code>
          <${CopyButton} text=${() => line} label=${html`Copy<span class="unseen"> ${name}</span>`} />
        </li>`;
      })}
    </ul>
    <p>Its traces are shown here as they arrive. A trace that was saved as JSON is shown by <b>Import</b>, or when its file is dropped here.</p>
  </div>`;
}
