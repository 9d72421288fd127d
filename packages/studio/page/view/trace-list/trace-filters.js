/** @import { TraceBadge } from '../../api/types.js' */
/** @import { Route } from '../../router.js' */
import { html } from '../../html.js';
import { isFiltered, orderOf, orders, withFilter } from '../../model/list/list-filter.js';
import { navigate } from '../../router.js';
import { traceBadges } from '../parts/badges.js';
import { AttributeFilter } from './attribute-filter.js';
import { Choice } from './choice.js';
import { TimeFilter } from './time-filter.js';

/**
 * @typedef {object} TraceFiltersProps
 * @property {Route} route
 * @property {string[]} services
 * @property {string[]} topics
 * @property {string | undefined} attributeError why the studio could not read the conditions for attributes
 * @property {boolean} live
 * @property {(live: boolean) => void} onLive
 */

/** @param {TraceFiltersProps} props */
export function TraceFilters({ route: { query }, services, topics, attributeError, live, onLive }) {
  /**
   * @param {string} name
   * @param {string} value
   */
  const set = (name, value) => navigate(withFilter(location.search, name, value), { replace: true });
  const badgeText = (/** @type {TraceBadge} */ badge) => traceBadges[badge]?.text ?? badge;
  return html`<form class="filters" aria-label="Filters" onSubmit=${(/** @type {Event} */ event) => event.preventDefault()}>
    <${Choice} label="Service" value=${query.get('service') ?? ''} values=${services} onChoose=${(/** @type {string} */ to) => set('service', to)} />
    <${Choice} label="Topic" value=${query.get('topic') ?? ''} values=${topics} onChoose=${(/** @type {string} */ to) => set('topic', to)} />
    <${Choice}
      label="Messages"
      value=${query.get('badge') ?? ''}
      values=${Object.keys(traceBadges)}
      textOf=${badgeText}
      onChoose=${(/** @type {string} */ to) => set('badge', to)}
    />
    <${TimeFilter} query=${query} />
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
    <${Check} label="Errors only" checked=${query.get('error') === 'true'} onCheck=${(/** @type {boolean} */ on) => set('error', on ? 'true' : '')} />
    <${AttributeFilter} value=${query.get('attributes') ?? ''} error=${attributeError} onEnter=${(/** @type {string} */ to) => set('attributes', to)} />
    <${Choice}
      label="Sort"
      none=${orders['newest']}
      value=${orderOf(query) === 'newest' ? '' : orderOf(query)}
      values=${Object.keys(orders).filter((order) => order !== 'newest')}
      textOf=${(/** @type {string} */ order) => orders[order] ?? order}
      onChoose=${(/** @type {string} */ to) => set('sort', to)}
    />
    <${Check} label="Fold batches" checked=${query.get('fold') !== 'false'} onCheck=${(/** @type {boolean} */ on) => set('fold', on ? '' : 'false')} />
    <${Check} label="Live" checked=${live} onCheck=${onLive} />
    ${isFiltered(query) && html`<a href="/">Show all</a>`}
  </form>`;
}

/** @param {{ label: string, checked: boolean, onCheck: (checked: boolean) => void }} props */
function Check({ label, checked, onCheck }) {
  return html`<label>
    <input type="checkbox" checked=${checked} onChange=${(/** @type {any} */ event) => onCheck(event.currentTarget.checked)} />
    ${label}
  </label>`;
}
