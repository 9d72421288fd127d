import { getDoctor } from '../../api/providers.js';
import { useConnections } from '../../hooks/use-connections.js';
import { useLoaded } from '../../hooks/use-loaded.js';
import { useRun } from '../../hooks/use-run.js';
import { html } from '../../html.js';
import { printableText } from '../../model/printable.js';
import { useEffect } from '../../vendor/preact-hooks.js';
import { DiagnosisReport } from './diagnosis-report.js';

/**
 * Has the trace headers of topics examined, and shows what is wrong with them.
 *
 * @param {{ linksRecords: boolean }} props whether there is a page for a record
 */
export function DoctorView({ linksRecords }) {
  const { run, start, stop } = useRun('/api/doctor');
  const running = run.state === 'running';
  // The studio keeps the last one: of this page or another, and not one that failed or was stopped.
  const { value, error } = useLoaded(getDoctor, [useConnections(), run.result], false);
  const answer = value?.last;
  useEffect(() => {
    document.title = 'Doctor · tracelink studio';
  }, []);

  /** @param {SubmitEvent & { currentTarget: HTMLFormElement }} event */
  const examine = (event) => {
    event.preventDefault();
    if (running) return;
    const form = new FormData(event.currentTarget);
    const topics = /** @type {string} */ (form.get('topics')).split(/[\s,]+/).filter((topic) => topic !== '');
    void start({
      ...(topics.length > 0 && { topics }),
      last: Number(form.get('last')),
      compare: form.get('compare') === 'on',
    });
  };
  return html`<div class="doctor">
    <h1>Doctor</h1>
    <p>
      Reads the last records of topics, and says what is wrong with their trace headers, what that does to the traces, and the fix. Nothing is
      sent or committed.
    </p>
    <form class="doctor-form" aria-label="What to examine" onSubmit=${examine}>
      <label>Topics <input name="topics" type="text" placeholder="all" autocomplete="off" spellcheck=${false} /></label>
      <label>Records of each partition <input name="last" type="number" min="1" max="100000" required defaultValue="100" /></label>
      <label><input name="compare" type="checkbox" /> Look for their traces in this studio</label>
      <button type="submit" aria-disabled=${running}>Examine</button>
      ${running && html`<button type="button" onClick=${stop}>Stop</button>`}
    </form>
    <p role="status" class=${run.state === 'failed' ? 'failed' : ''}>
      ${running && `Examining … ${run.words}`}${run.state === 'stopped' && `Stopped. ${run.words}`}${run.state === 'failed' && printableText(run.error ?? '')}
    </p>
    ${error && html`<p class="notice failed" role="alert">${error.message}</p>`}
    ${answer && !running && html`<${DiagnosisReport} answer=${answer} linksRecords=${linksRecords} />`}
  </div>`;
}
