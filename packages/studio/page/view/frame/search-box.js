/** @import { Route } from '../../router.js' */
/** @import { RefObject } from '../../vendor/preact.js' */
import { html } from '../../html.js';
import { traceIdIn } from '../../model/trace-id.js';
import { listUrl, navigate, traceUrl } from '../../router.js';
import { useLayoutEffect, useRef, useState } from '../../vendor/preact-hooks.js';
import { withFilter } from '../../model/list/list-filter.js';

// Between the last key and the question to the server, in milliseconds.
const pause = 200;

/**
 * Filters the list while one types; Enter opens a trace whose id was pasted.
 *
 * @param {{ route: Route, inputRef: RefObject<HTMLInputElement | null> }} props
 */
export function SearchBox({ route, inputRef }) {
  const asked = route.view === 'list' ? (route.query.get('search') ?? '') : '';
  const [text, setText] = useState(asked);
  const timer = useRef(/** @type {ReturnType<typeof setTimeout> | undefined} */ (undefined));
  const stopAsking = () => {
    clearTimeout(timer.current);
    timer.current = undefined;
  };
  // A step back, or a filter that was cleared, shows here; what is being typed stays, unless one leaves the list. Before the page is drawn: later,
  // the question might bring the list back in place of what was opened.
  useLayoutEffect(() => {
    if (route.view !== 'list') stopAsking();
    if (timer.current === undefined) setText(asked);
  }, [asked, route.view]);

  /**
   * @param {string} search
   * @param {boolean} replace
   */
  const ask = (search, replace) => {
    stopAsking();
    navigate(withFilter(listUrl(), 'search', search.trim()), { replace });
  };
  const traceId = traceIdIn(text);

  /** @param {Event & { currentTarget: HTMLInputElement }} event */
  const onInput = ({ currentTarget: { value } }) => {
    setText(value);
    stopAsking();
    if (route.view === 'list') timer.current = setTimeout(ask, pause, value, true);
  };
  /** @param {SubmitEvent} event */
  const onSubmit = (event) => {
    event.preventDefault();
    if (traceId === undefined) return ask(text, route.view === 'list');
    stopAsking();
    setText('');
    navigate(traceUrl(traceId));
  };
  /** @param {KeyboardEvent} event */
  const onKeyDown = (event) => {
    if (event.key !== 'Escape') return;
    if (text === '') inputRef.current?.blur();
    else {
      setText('');
      if (route.view === 'list') ask('', true);
    }
    event.preventDefault();
  };

  return html`<form role="search" class="search" onSubmit=${onSubmit}>
    <input
      ref=${inputRef}
      type="search"
      aria-label="Search traces by name, service or id"
      placeholder="Search, or paste a trace id  ( / )"
      autocomplete="off"
      spellcheck=${false}
      value=${text}
      onInput=${onInput}
      onKeyDown=${onKeyDown}
    />
    <button type="submit">${traceId === undefined ? 'Search' : 'Open trace'}</button>
  </form>`;
}
