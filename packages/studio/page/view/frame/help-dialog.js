import { html } from '../../html.js';

const keys = [
  ['/', 'Search, or paste a trace id'],
  ['?', 'This list'],
  ['↑ ↓', 'Row by row; Home, End, Page Up and Page Down too'],
  ['→ ←', 'Show or hide what is below a span; to its first child, to its parent'],
  ['Enter', 'Open the trace; open the details of the span'],
  ['Esc', 'Close the details; back to the list'],
  ['l', 'The log lines of the trace, or its spans again'],
  ['z', 'Zoom to the span'],
  ['0', 'The whole time again'],
];

/** @param {{ dialogRef: import('../../vendor/preact.js').RefObject<HTMLDialogElement | null> }} props */
export function HelpDialog({ dialogRef }) {
  return html`<dialog ref=${dialogRef} aria-labelledby="help-title" class="help">
    <h2 id="help-title">Keys</h2>
    <dl>
      ${keys.map(
        ([key, meaning]) =>
          html`<div key=${key}>
            <dt><kbd>${key}</kbd></dt>
            <dd>${meaning}</dd>
          </div>`,
      )}
    </dl>
    <form method="dialog"><button>Close</button></form>
  </dialog>`;
}
