/** @import { ReplayReport } from '../../api/provider-types.js' */
import { useRun } from '../../hooks/use-run.js';
import { html } from '../../html.js';
import { formatCount } from '../../model/format.js';
import { printableText } from '../../model/printable.js';
import { useState } from '../../vendor/preact-hooks.js';
import { ReplayReportView } from './replay-report.js';

/**
 * Sends records again, once a dry run has shown what would be sent.
 *
 * @param {{ topic: string, what: string, selection: object, canReplay: boolean, traceId?: string | undefined }} props
 *   `what` names the selection; `traceId` is that of the records, where they have one in common
 */
export function ReplayPanel({ topic, what, selection, canReplay, traceId }) {
  const { run, start, stop } = useRun(`/api/dead-letters/${encodeURIComponent(topic)}/replay`);
  const [isDry, setDry] = useState(true);
  const report = /** @type {ReplayReport | undefined} */ (run.result);
  const running = run.state === 'running';
  const toSend = report?.dryRun === true ? (report.counts['replayed'] ?? 0) : 0;

  /** @param {boolean} dryRun */
  const begin = (dryRun) => {
    if (running) return;
    setDry(dryRun);
    void start({ ...selection, dryRun });
  };
  return html`<section class="replay" aria-label="Replay">
    <div class="replay-tools">
      <button type="button" aria-disabled=${running} onClick=${() => begin(true)}>Dry run of ${what}</button>
      ${
        canReplay &&
        html`<button type="button" class="replay-send" aria-disabled=${running || toSend === 0} onClick=${() => toSend > 0 && begin(false)}>
          ${toSend === 0 ? 'Replay' : `Replay ${formatCount(toSend)}`}
        </button>`
      }
      ${running && html`<button type="button" onClick=${stop}>Stop</button>`}
      ${!canReplay && html`<small>Read only: the studio was started without <code>--allow-replay</code>.</small>`}
      ${canReplay && toSend === 0 && !running && html`<small>${report?.dryRun === true ? 'There is nothing to send.' : 'A dry run comes first: it shows what would be sent.'}</small>`}
    </div>
    <p role="status" class=${run.state === 'failed' ? 'failed' : ''}>
      ${running && `${isDry ? 'The dry run' : 'The replay'} is running … ${run.words}`}
      ${run.state === 'stopped' && `Stopped. ${run.words}${isDry ? '' : '; a replay of the same goes on from there'}`}
      ${run.state === 'failed' && printableText(run.error ?? '')}
      ${report !== undefined && (report.dryRun ? 'The dry run has ended: nothing was sent.' : 'The replay has ended.')}
    </p>
    ${report !== undefined && html`<${ReplayReportView} topic=${topic} report=${report} traceId=${traceId} />`}
  </section>`;
}
