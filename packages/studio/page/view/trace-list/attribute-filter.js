import { html } from '../../html.js';
import { printableLine } from '../../model/printable.js';
import { useEffect, useState } from '../../vendor/preact-hooks.js';

const help =
  'key=value or key exists, with spaces between conditions: one span, its resource, events or links have them all. Enter applies it.';

/**
 * Conditions for attributes. What is half written is not asked: it is read by the studio when it is entered, or the field is left.
 *
 * @param {{ value: string, error: string | undefined, onEnter: (value: string) => void }} props `error` says why the studio could not read it
 */
export function AttributeFilter({ value, error, onEnter }) {
  const [text, setText] = useState(value);
  // A link, or a step back, brings another; traces that arrive leave alone what is being written.
  useEffect(() => setText(value), [value]);
  return html`<label class="attribute-filter">
      Attributes
      <input
        type="text"
        placeholder="messaging.destination.name=orders"
        autocomplete="off"
        autocapitalize="off"
        spellcheck=${false}
        value=${text}
        aria-invalid=${error !== undefined}
        aria-describedby="attribute-filter-says"
        onInput=${(/** @type {any} */ event) => setText(event.currentTarget.value)}
        onChange=${(/** @type {any} */ event) => onEnter(event.currentTarget.value.trim())}
      />
    </label>
    <p id="attribute-filter-says" class=${error === undefined ? 'unseen' : 'attribute-error failed'} role=${error === undefined ? undefined : 'alert'}>
      ${error === undefined ? help : printableLine(error)}
    </p>`;
}
