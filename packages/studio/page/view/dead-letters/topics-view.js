import { getDeadLetterTopics } from '../../api/providers.js';
import { useLoaded } from '../../hooks/use-loaded.js';
import { html } from '../../html.js';
import { formatCount } from '../../model/format.js';
import { printableLine } from '../../model/printable.js';
import { deadLettersUrl } from '../../router.js';
import { useEffect } from '../../vendor/preact-hooks.js';
import { LocalTime } from '../parts/local-time.js';

/** The dead-letter topics that there are. */
export function TopicsView() {
  const { value, error, loading } = useLoaded(getDeadLetterTopics, [], false);
  useEffect(() => {
    document.title = 'Dead letters · tracelink studio';
  }, []);
  return html`<div class="letters">
    <h1>Dead letters</h1>
    ${error && html`<p class="notice failed" role="alert">${error.message}</p>`}
    ${loading && value === undefined && html`<p class="notice" role="status">Asking the broker …</p>`}
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
