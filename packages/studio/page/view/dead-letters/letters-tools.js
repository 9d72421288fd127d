import { html } from '../../html.js';
import { selectionOf, withQuery } from '../../model/dead-letters/letters-query.js';
import { printableLine } from '../../model/printable.js';
import { deadLettersUrl, navigate } from '../../router.js';

const tabs = [
  ['', 'Records'],
  ['errorClass', 'By error'],
  ['traceId', 'By trace'],
];

/**
 * How the records are shown, and which.
 *
 * @param {{ topic: string, query: URLSearchParams }} props
 */
export function LettersTools({ topic, query }) {
  const by = query.get('by') ?? '';
  const url = deadLettersUrl(topic);
  /** @param {SubmitEvent & { currentTarget: HTMLFormElement }} event */
  const search = (event) => {
    event.preventDefault();
    navigate(`${url}${withQuery(query, 'search', /** @type {string} */ (new FormData(event.currentTarget).get('search')).trim())}`);
  };
  return html`<div class="letters-tools">
    <nav class="tabs" aria-label="Groups">
      ${tabs.map(
        ([name = '', label]) =>
          html`<a key=${name} href=${`${url}${withQuery(query, 'by', name)}`} aria-current=${by === name ? 'page' : undefined}>${label}</a>`,
      )}
    </nav>
    <form aria-label="Find records" onSubmit=${search}>
      <input
        key=${query.get('search') ?? ''}
        type="search"
        name="search"
        aria-label="Search keys and errors"
        placeholder="Key or error"
        autocomplete="off"
        defaultValue=${query.get('search') ?? ''}
      />
      <button type="submit" class="small">Find</button>
    </form>
    ${Object.entries(selectionOf(query)).map(
      ([name, value]) =>
        html`<a key=${name} class="chip" href=${`${url}${withQuery(query, name, '')}`}>
          ${name === 'traceId' ? 'trace' : 'error'} <b><bdi>${printableLine(name === 'traceId' ? value.slice(0, 8) : value)}</bdi></b>
          <span aria-hidden="true"> ×</span><span class="unseen"> is selected: show all</span>
        </a>`,
    )}
  </div>`;
}
