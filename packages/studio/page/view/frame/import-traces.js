import { importTraces } from '../../api/client.js';
import { useFileDrop } from '../../hooks/use-file-drop.js';
import { html } from '../../html.js';
import { formatCount, plural } from '../../model/format.js';
import { printableLine, printableText } from '../../model/printable.js';
import { navigate, traceUrl } from '../../router.js';
import { useCallback, useRef, useState } from '../../vendor/preact-hooks.js';

/** @typedef {{ tone: 'status' | 'alert', text: string }} Notice what became of the last files */

/**
 * Reads files that were saved of traces, one after the other, and leads to the trace of the last.
 *
 * @returns {{ notice: Notice | undefined, read: (files: File[]) => void, close: () => void, over: boolean }}
 */
export function useImport() {
  const [notice, setNotice] = useState(/** @type {Notice | undefined} */ (undefined));
  const readAll = async (/** @type {File[]} */ files) => {
    /** @type {string[]} */
    const failed = [];
    for (const file of files) {
      const name = printableLine(file.name);
      setNotice({ tone: 'status', text: `${name} is being read …` });
      try {
        const { traceId, spans, dropped, rejected, message } = await importTraces(file);
        if (rejected > 0)
          failed.push(
            `${name}: ${plural(rejected, 'span or log line', 'spans and log lines')} could not be read. ${printableText(message)}.`,
          );
        if (dropped > 0) failed.push(`${name}: memory has no room for ${formatCount(dropped)} of ${plural(spans, 'span')}.`);
        if (traceId !== undefined) navigate(traceUrl(traceId));
      } catch (error) {
        failed.push(`${name} was not imported. ${printableText(/** @type {Error} */ (error).message)}`);
      }
    }
    setNotice(failed.length === 0 ? undefined : { tone: 'alert', text: failed.join('\n') });
  };
  const read = useCallback((/** @type {File[]} */ files) => void readAll(files), []);
  return { notice, read, close: () => setNotice(undefined), over: useFileDrop(read) };
}

/** @param {{ onFiles: (files: File[]) => void }} props */
export function ImportButton({ onFiles }) {
  const input = useRef(/** @type {HTMLInputElement | null} */ (null));
  /** @param {{ currentTarget: HTMLInputElement }} event */
  const onChange = ({ currentTarget }) => {
    onFiles([...(currentTarget.files ?? [])]);
    // The same file again is a change again.
    currentTarget.value = '';
  };
  return html`<button type="button" title="A trace that was saved as JSON; or drop the file anywhere" onClick=${() => input.current?.click()}>
      Import
    </button>
    <input ref=${input} type="file" hidden multiple accept=".json,.jsonl,.ndjson,application/json" onChange=${onChange} />`;
}

/** @param {{ importing: ReturnType<typeof useImport> }} props */
export function ImportNotice({ importing: { notice, close, over } }) {
  return html`${over && html`<div class="drop-here" aria-hidden="true"><p>Drop to import the traces of the file</p></div>`}
    ${
      notice &&
      html`<div class="import-notice">
        <p role=${notice.tone} class=${notice.tone === 'alert' ? 'failed' : undefined}>${notice.text}</p>
        ${notice.tone === 'alert' && html`<button type="button" class="small" onClick=${close}>Close<span class="unseen"> what was said of the import</span></button>`}
      </div>`
    }`;
}
