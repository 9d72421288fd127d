import { html } from '../../html.js';
import { printableLine } from '../../model/printable.js';

/**
 * @typedef {object} ChoiceProps
 * @property {string} label
 * @property {string} value
 * @property {string[]} values
 * @property {string} [none] what the empty value is called
 * @property {(value: any) => string} [textOf]
 * @property {(value: string) => void} onChoose
 */

/** @param {ChoiceProps} props */
export function Choice({ label, value, values, none = 'all', textOf = printableLine, onChoose }) {
  // A filter that came with the address is shown even before its value is known.
  const known = value === '' || values.includes(value) ? values : [value, ...values];
  return html`<label>
    ${label}
    <select value=${value} onChange=${(/** @type {any} */ event) => onChoose(event.currentTarget.value)}>
      <option value="">${none}</option>
      ${known.map((name) => html`<option key=${name} value=${name}>${textOf(name)}</option>`)}
    </select>
  </label>`;
}
