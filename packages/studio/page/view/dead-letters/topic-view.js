/** @import { DeadLetterTopicAnswer } from '../../api/provider-types.js' */
import { getDeadLetters } from '../../api/providers.js';
import { useLoaded } from '../../hooks/use-loaded.js';
import { html } from '../../html.js';
import { formatCount, plural } from '../../model/format.js';
import { printableLine } from '../../model/printable.js';
import { deadLettersUrl } from '../../router.js';
import { useEffect } from '../../vendor/preact-hooks.js';
import { LocalTime } from '../parts/local-time.js';
import { RecordTable } from './record-table.js';

/**
 * The records of a dead-letter topic.
 *
 * @param {{ topic: string, query: URLSearchParams }} props
 */
export function TopicView({ topic, query }) {
  const { value, error, loading } = useLoaded((signal) => getDeadLetters(topic, query, signal), [topic, query.toString()], false);
  useEffect(() => {
    document.title = `${printableLine(topic)} · tracelink studio`;
  }, [topic]);
  return html`<div class="letters">
    <p class="crumbs"><a href=${deadLettersUrl()}>Dead letters</a></p>
    <h1><bdi>${printableLine(topic)}</bdi></h1>
    ${error && html`<p class="notice failed" role="alert">${error.message}</p>`}
    ${loading && value === undefined && html`<p class="notice" role="status">Reading the topic …</p>`}
    ${
      value !== undefined &&
      html`<p class="facts-line">${extentOf(value)}, as of${' '}<${LocalTime} ms=${value.readAt} />.</p>
        ${value.listed !== undefined && value.listed.length > 0 && html`<${RecordTable} topic=${topic} records=${value.listed} />`}`
    }
  </div>`;
}

/** @param {DeadLetterTopicAnswer} answer */
function extentOf({ records, held, unreadPartitions }) {
  const count = records === 0 ? 'The topic is empty' : plural(records, 'record');
  const left = held < records ? `, of which the newest ${formatCount(held)} were read` : '';
  return `${count}${left}${unreadPartitions === 0 ? '' : `, ${plural(unreadPartitions, 'partition')} not read to the end`}`;
}
