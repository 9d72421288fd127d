/** @import { Route } from '../../router.js' */
import { html } from '../../html.js';
import { withFilter } from '../../model/list-filter.js';
import { printableLine } from '../../model/printable.js';
import { navigate } from '../../router.js';

/** @param {{ route: Route, services: string[], live: boolean, onLive: (live: boolean) => void }} props */
export function TraceFilters({ route: { query }, services, live, onLive }) {
  /**
   * @param {string} name
   * @param {string} value
   */
  const set = (name, value) => navigate(withFilter(location.search, name, value), { replace: true });
  const service = query.get('service') ?? '';
  // A filter that came with the address is shown even before its service is known.
  const known = service === '' || services.includes(service) ? services : [service, ...services];
  return html`<form class="filters" aria-label="Filters" onSubmit=${(/** @type {Event} */ event) => event.preventDefault()}>
    <label>
      Service
      <select value=${service} onChange=${(/** @type {any} */ event) => set('service', event.currentTarget.value)}>
        <option value="">all</option>
        ${known.map((name) => html`<option key=${name} value=${name}>${printableLine(name)}</option>`)}
      </select>
    </label>
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
      <input type="checkbox" checked=${live} onChange=${(/** @type {any} */ event) => onLive(event.currentTarget.checked)} />
      Live
    </label>
  </form>`;
}
