import { html } from '../../html.js';

/**
 * In place of a view that the program behind this studio has nothing for.
 *
 * @param {{ title: string }} props
 */
export function NoProvider({ title }) {
  return html`<div class="notice">
    <h1>${title}</h1>
    <p role="alert">This studio knows no broker. One that does is started with</p>
    <p><code>npx @tracelink/kafka studio --brokers localhost:9092</code></p>
  </div>`;
}
