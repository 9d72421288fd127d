/** @import { TraceBadge } from '../../api/types.js' */
/** @import { Route } from '../../router.js' */
import { html } from '../../html.js';
import { withFilter } from '../../model/list-filter.js';
import { printableLine } from '../../model/printable.js';
import { navigate } from '../../router.js';
import { traceBadges } from '../parts/badges.js';

/** @param {{ route: Route, services: string[], topics: string[], live: boolean, onLive: (live: boolean) => void }} props */
export function TraceFilters({ route: { query }, services, topics, live, onLive }) {
  /**
   * @param {string} name
   * @param {string} value
   */
  const set = (name, value) => navigate(withFilter(location.search, name, value), { replace: true });
  return html`<form class="filters" aria-label="Filters" onSubmit=${(/** @type {Event} */ event) => event.preventDefault()}>
    <${Choice} label="Service" value=${query.get('service') ?? ''} values=${services} onChoose=${(/** @type {string} */ to) => set('service', to)} />
    <${Choice} label="Topic" value=${query.get('topic') ?? ''} values=${topics} onChoose=${(/** @type {string} */ to) => set('topic', to)} />
    <${Choice}
      label="Messages"
      value=${query.get('badge') ?? ''}
      values=${Object.keys(traceBadges)}
      textOf=${(/** @type {TraceBadge} */ badge) => traceBadges[badge]?.text ?? badge}
      onChoose=${(/** @type {string} */ to) => set('badge', to)}
    />
    <label>
      At least
      <input
        type="number"
        min="0"
        step="any"
        value=${query.get('minMs') ?? ''}
        onInput=${(/** @type {any} */ event) => set('minMs', event.currentTarget.value)}
      />
      ms
    </label>
    <label>
      <input
        type="checkbox"
        checked=${query.get('error') === 'true'}
        onChange=${(/** @type {any} */ event) => set('error', event.currentTarget.checked ? 'true' : '')}
      />
      Errors only
    </label>
    <label>
      <input
        type="checkbox"
        checked=${query.get('fold') !== 'false'}
        onChange=${(/** @type {any} */ event) => set('fold', event.currentTarget.checked ? '' : 'false')}
      />
      Fold batches
    </label>
    <label>
      <input type="checkbox" checked=${live} onChange=${(/** @type {any} */ event) => onLive(event.currentTarget.checked)} />
      Live
    </label>
  </form>`;
}

/**
 * @typedef {object} ChoiceProps
 * @property {string} label
 * @property {string} value empty is all
 * @property {string[]} values
 * @property {(value: any) => string} [textOf]
 * @property {(value: string) => void} onChoose
 */

/** @param {ChoiceProps} props */
function Choice({ label, value, values, textOf = printableLine, onChoose }) {
  // A filter that came with the address is shown even before its value is known.
  const known = value === '' || values.includes(value) ? values : [value, ...values];
  return html`<label>
    ${label}
    <select value=${value} onChange=${(/** @type {any} */ event) => onChoose(event.currentTarget.value)}>
      <option value="">all</option>
      ${known.map((name) => html`<option key=${name} value=${name}>${textOf(name)}</option>`)}
    </select>
  </label>`;
}
