/** @import { Waterfall } from '../../model/build-waterfall.js' */
import { html } from '../../html.js';
import { getLogs } from '../../api/client.js';
import { toOtlp } from '../../api/to-otlp.js';
import { useState } from '../../vendor/preact-hooks.js';

/**
 * Saves a trace and those that are drawn with it, with their log lines, as a file, to be kept, shown to others and sent to a studio again.
 *
 * @param {{ traceId: string, waterfall: Waterfall }} props
 */
export function SaveButton({ traceId, waterfall }) {
  const [failed, setFailed] = useState('');
  const save = async () => {
    const spans = waterfall.sections.flatMap(({ nodes }) => nodes.map(({ span }) => span));
    const withLogs = waterfall.sections.filter(({ logLines }) => logLines > 0);
    const traces = await Promise.all(withLogs.map(async (section) => ({ traceId: section.traceId, ...(await getLogs(section.traceId)) })));
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([JSON.stringify(toOtlp(spans, traces))], { type: 'application/json' }));
    link.download = `trace-${traceId}.json`;
    link.click();
    // The browser has begun to read it by then.
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  };
  const onClick = () =>
    save().then(
      () => setFailed(''),
      (error) => setFailed(`Not saved: ${error.message}`),
    );
  return html`<button type="button" class="small" title="As OTLP's JSON, with the linked traces and the log lines" onClick=${onClick}>
      Save as JSON
    </button>
    ${failed !== '' && html`<span role="alert" class="failed">${failed}</span>`}`;
}
