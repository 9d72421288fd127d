/** @import { Action, ActionAnswer } from '../../api/types.js' */
import { runAction } from '../../api/client.js';
import { html } from '../../html.js';
import { printableLine, printableText } from '../../model/printable.js';
import { traceUrl } from '../../router.js';
import { useState } from '../../vendor/preact-hooks.js';

/** @typedef {{ action: Action, running: boolean, answer?: ActionAnswer, error?: string }} Run */

/**
 * What the program behind the studio can be asked to do, one button each.
 *
 * @param {{ actions: Action[], hidden: boolean }} props
 */
export function ActionsPanel({ actions, hidden }) {
  const [runs, setRuns] = useState(/** @type {Record<string, Run>} */ ({}));
  const [last, setLast] = useState('');

  /** @param {Action} action */
  const start = async (action) => {
    /** @param {Partial<Run>} run */
    const put = (run) => setRuns((before) => ({ ...before, [action.name]: { action, running: false, ...run } }));
    setLast(action.name);
    put({ running: true });
    try {
      put({ answer: await runAction(action.name) });
    } catch (error) {
      put({ error: error instanceof Error ? error.message : String(error) });
    }
  };

  const run = runs[last];
  return html`<section id="actions" class="actions" aria-label="Actions" hidden=${hidden}>
    <div class="action-buttons">
      ${actions.map(
        (action) =>
          html`<button
            key=${action.name}
            type="button"
            title=${action.description === undefined ? undefined : printableText(action.description)}
            aria-disabled=${runs[action.name]?.running === true}
            onClick=${() => runs[action.name]?.running !== true && start(action)}
          >
            ${printableLine(action.label)}
          </button>`,
      )}
    </div>
    <p role="status" class=${run?.error === undefined ? 'action-result' : 'action-result failed'}>
      ${run && html`<${Result} run=${run} />`}
    </p>
  </section>`;
}

/** @param {{ run: Run }} props */
function Result({ run: { action, running, answer, error } }) {
  const label = html`<b>${printableLine(action.label)}</b>`;
  if (running) return html`${label} is running …`;
  if (error !== undefined) return html`${label} failed: ${printableText(error)}`;
  return html`${label}: ${printableText(answer?.message ?? '')}
  ${answer?.traceId !== undefined && html` <a class="action-trace" href=${traceUrl(answer.traceId)}>Open its trace</a>`}`;
}
