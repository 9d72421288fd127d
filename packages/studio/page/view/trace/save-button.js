/** @import { Waterfall } from '../../model/build-waterfall.js' */
import { html } from '../../html.js';
import { toOtlp } from '../../api/to-otlp.js';

/**
 * Saves a trace and those that are drawn with it as a file, to be kept, shown to others and sent to a studio again.
 *
 * @param {{ traceId: string, waterfall: Waterfall }} props
 */
export function SaveButton({ traceId, waterfall }) {
  const save = () => {
    const spans = waterfall.sections.flatMap(({ nodes }) => nodes.map(({ span }) => span));
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([JSON.stringify(toOtlp(spans))], { type: 'application/json' }));
    link.download = `trace-${traceId}.json`;
    link.click();
    // The browser has begun to read it by then.
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  };
  return html`<button type="button" class="small" title="As OTLP's JSON, with the linked traces" onClick=${save}>Save as JSON</button>`;
}
