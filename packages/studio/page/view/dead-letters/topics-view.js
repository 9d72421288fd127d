import { getDeadLetterTopics } from '../../api/providers.js';
import { useCameFrom } from '../../hooks/use-came-from.js';
import { useLoaded } from '../../hooks/use-loaded.js';
import { html } from '../../html.js';
import { formatCount, plural } from '../../model/format.js';
import { printableLine } from '../../model/printable.js';
import { deadLettersUrl } from '../../router.js';
import { useEffect, useRef, useState } from '../../vendor/preact-hooks.js';
import { LocalTime } from '../parts/local-time.js';

/** @param {AbortSignal} signal */
async function readTopics(signal) {
  const { topics } = await getDeadLetterTopics(signal);
  return { topics, readAt: Date.now() };
}

/** The dead-letter topics that there are. The broker is asked when somebody wants it, not each time that a span arrives. */
export function TopicsView() {
  const [readings, setReadings] = useState(0);
  const { value, error, loading } = useLoaded(readTopics, [readings], false);
  useEffect(() => {
    document.title = 'Dead letters · tracelink studio';
  }, []);
  const region = useRef(/** @type {HTMLElement | null} */ (null));
  useCameFrom(region, value !== undefined);
  return html`<div class="letters" ref=${region}>
    <h1>Dead letters</h1>
    ${error && html`<p class="notice failed" role="alert">${error.message}</p>`}
    <p class="facts-line" role="status">
      ${value === undefined ? loading && 'Asking the broker …' : html`${plural(value.topics.length, 'topic')}, as of${' '}<${LocalTime} ms=${value.readAt} />.`}
      ${' '}<button type="button" class="small" aria-disabled=${loading} onClick=${() => loading || setReadings(readings + 1)}>Read again</button>
    </p>
    ${value?.topics.length === 0 && html`<p class="notice">No topic of this broker has the name of a dead-letter topic.</p>`}
    ${
      value !== undefined &&
      value.topics.length > 0 &&
      html`<div class="table-scroller" tabindex="0" role="region" aria-label="Dead-letter topics">
        <table class="letters-table">
          <thead>
            <tr>
              ${['Topic', 'Records', 'Newest', 'Oldest', 'Groups', 'Written by'].map((name) => html`<th key=${name} scope="col">${name}</th>`)}
            </tr>
          </thead>
          <tbody>
            ${value.topics.map(
              ({ topic, records, newest, oldest, groups, writers }) =>
                html`<tr key=${topic}>
                  <td><a href=${deadLettersUrl(topic)}><bdi>${printableLine(topic)}</bdi></a></td>
                  <td class="number">${records === 0 ? 'empty' : formatCount(records)}</td>
                  <td><${LocalTime} ms=${newest} /></td>
                  <td><${LocalTime} ms=${oldest} /></td>
                  <td>${groups.map(printableLine).join(', ')}</td>
                  <td>${writers.map(printableLine).join(', ')}</td>
                </tr>`,
            )}
          </tbody>
        </table>
      </div>`
    }
  </div>`;
}
