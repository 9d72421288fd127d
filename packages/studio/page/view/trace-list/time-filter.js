import { html } from '../../html.js';
import { withFilters } from '../../model/list/list-filter.js';
import { endsBeforeItBegins, isoOf, localOf, secondsUntilNow, timeRangeOf, timeRanges } from '../../model/list/time-range.js';
import { navigate } from '../../router.js';
import { Choice } from './choice.js';

/** @param {{ query: URLSearchParams }} props */
export function TimeFilter({ query }) {
  const range = timeRangeOf(query);
  /** @param {Record<string, string>} filters */
  const set = (filters) => navigate(withFilters(location.search, filters), { replace: true });
  /** @param {string} time */
  const choose = (time) => {
    // Both ends are the reader's to set: it begins with the time that was shown.
    const since = new Date(Date.now() - (secondsUntilNow(query) ?? 3_600) * 1_000);
    set({ time, since: time === 'custom' ? isoOf(localOf(since.toISOString())) : '', until: '' });
  };
  return html`<${Choice}
      label="Time"
      none="any"
      value=${range}
      values=${Object.keys(timeRanges)}
      textOf=${(/** @type {string} */ name) => timeRanges[name] ?? name}
      onChoose=${choose}
    />
    ${
      range === 'custom' &&
      html`<span class="time-ends">${['since', 'until'].map(
        (name) => html`<label key=${name}>
          ${name === 'since' ? 'From' : 'To'}
          <input
            type="datetime-local"
            step="1"
            value=${localOf(query.get(name) ?? '')}
            aria-invalid=${endsBeforeItBegins(query)}
            onChange=${(/** @type {any} */ event) => set({ time: 'custom', [name]: isoOf(event.currentTarget.value) })}
          />
        </label>`,
      )}</span>`
    }`;
}
