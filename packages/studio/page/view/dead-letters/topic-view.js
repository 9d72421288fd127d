/** @import { DeadLetterTopicAnswer } from '../../api/provider-types.js' */
import { getDeadLetters } from '../../api/providers.js';
import { useCameFrom } from '../../hooks/use-came-from.js';
import { useGoOn } from '../../hooks/use-go-on.js';
import { useLoaded } from '../../hooks/use-loaded.js';
import { html } from '../../html.js';
import { formatCount, plural } from '../../model/format.js';
import { limitOf, mostRows, pageSize, selectionOf, withQuery } from '../../model/dead-letters/letters-query.js';
import { printableLine } from '../../model/printable.js';
import { deadLettersUrl, navigate } from '../../router.js';
import { useEffect, useRef, useState } from '../../vendor/preact-hooks.js';
import { LocalTime } from '../parts/local-time.js';
import { GroupTable } from './group-table.js';
import { LettersTools } from './letters-tools.js';
import { RecordTable } from './record-table.js';
import { ReplayPanel } from './replay-panel.js';

/**
 * The records of a dead-letter topic: one by one, or by their error or trace.
 *
 * @param {{ topic: string, query: URLSearchParams, canReplay: boolean }} props
 */
export function TopicView({ topic, query, canReplay }) {
  const [readings, setReadings] = useState(0);
  const { value: last, error, loading } = useTopic(topic, query, readings);
  // Where the broker does not answer, what was read for another selection is none of this.
  const value = error !== undefined && last?.asked !== query.toString() ? undefined : last;
  const selection = selectionOf(query);
  useEffect(() => {
    document.title = `${printableLine(topic)} · tracelink studio`;
  }, [topic]);
  const region = useRef(/** @type {HTMLElement | null} */ (null));
  useCameFrom(region, value !== undefined);
  const goOnAfter = useGoOn((row) => row.querySelector('a'), value);
  return html`<div class="letters" ref=${region}>
    <p class="crumbs"><a href=${deadLettersUrl()}>Dead letters</a></p>
    <h1><bdi>${printableLine(topic)}</bdi></h1>
    ${error && html`<p class="notice failed" role="alert">${error.message}</p>`}
    <p class="facts-line" role="status">
      ${value === undefined ? loading && 'Reading the topic …' : html`${extentOf(value)}, as of${' '}<${LocalTime} ms=${value.readAt} />.`}
      ${value !== undefined && value.matching < value.held && ` ${plural(value.matching, 'record')} selected.`}
      ${' '}<button type="button" class="small" aria-disabled=${loading} onClick=${() => loading || setReadings(readings + 1)}>Read again</button>
    </p>
    ${value !== undefined && value.records > 0 && html`<${LettersTools} topic=${topic} query=${query} />`}
    ${
      value !== undefined &&
      value.records > 0 &&
      // A search chooses what is shown: what it leaves out would be sent.
      !query.has('search') &&
      html`<${ReplayPanel}
        key=${JSON.stringify(selection)}
        topic=${topic}
        selection=${selection}
        canReplay=${canReplay}
        what=${Object.keys(selection).length === 0 ? 'all records' : 'these records'}
        traceId=${selection.traceId}
      />`
    }
    ${value?.matching === 0 && value.held > 0 && html`<p class="notice">No record is like this.</p>`}
    ${value?.listed !== undefined && value.listed.length > 0 && html`<${RecordTable} topic=${topic} records=${value.listed} />`}
    ${value?.groups !== undefined && value.groups.length > 0 && html`<${GroupTable} topic=${topic} by=${query.get('by') ?? ''} groups=${value.groups} />`}
    ${
      value !== undefined &&
      html`<${More}
        topic=${topic}
        query=${query}
        answer=${value}
        onMore=${() => goOnAfter(region.current?.querySelector('.letters-table tbody')?.lastElementChild)}
      />`
    }
  </div>`;
}

/**
 * @param {string} topic
 * @param {URLSearchParams} query
 * @param {number} readings how often it was to be read again
 */
function useTopic(topic, query, readings) {
  const read = useRef(0);
  return useLoaded(
    async (signal) => {
      const asked = new URLSearchParams(query);
      if (readings > read.current) asked.set('fresh', 'true');
      const answer = await getDeadLetters(topic, asked, signal);
      read.current = readings;
      return { ...answer, asked: query.toString() };
    },
    [topic, query.toString(), readings],
    false,
  );
}

/** @param {{ topic: string, query: URLSearchParams, answer: DeadLetterTopicAnswer, onMore: () => void }} props */
function More({ topic, query, answer: { matching, groupCount, listed, groups }, onMore }) {
  const [all, shown] = groups === undefined ? [matching, listed?.length ?? 0] : [groupCount ?? 0, groups.length];
  if (shown >= all) return html``;
  const limit = limitOf(query) + pageSize;
  const show = () => {
    onMore();
    navigate(`${deadLettersUrl(topic)}${withQuery(query, 'limit', String(limit))}`, { replace: true });
  };
  return html`<p class="more-rows">
    ${formatCount(shown)} of ${formatCount(all)} are shown.
    ${shown < mostRows && html`<button type="button" class="small" onClick=${show}>Show ${pageSize} more</button>`}
    ${shown >= mostRows && 'A search, or a group, leads to the others.'}
  </p>`;
}

/** @param {DeadLetterTopicAnswer} answer */
function extentOf({ records, held, unreadPartitions }) {
  const count = records === 0 ? 'The topic is empty' : plural(records, 'record');
  const left = held < records ? `, of which the newest ${formatCount(held)} were read` : '';
  return `${count}${left}${unreadPartitions === 0 ? '' : `, ${plural(unreadPartitions, 'partition')} not read to the end`}`;
}
