/** @import { Diagnosis, DoctorAnswer, TopicDiagnosis } from '../../api/provider-types.js' */
import { html } from '../../html.js';
import { formatCount, plural } from '../../model/format.js';
import { printableLine } from '../../model/printable.js';
import { LocalTime } from '../parts/local-time.js';
import { FindingView } from './finding-view.js';

/** @param {{ answer: NonNullable<DoctorAnswer['last']>, linksRecords: boolean }} props */
export function DiagnosisReport({ answer: { madeAt, diagnosis }, linksRecords }) {
  const { topics, records } = diagnosis;
  const ill = topics.filter(({ findings }) => findings.length > 0);
  const others = topics.filter(({ findings }) => findings.length === 0);
  const { state, words } = summaryOf(diagnosis, ill.length);
  return html`<section aria-label="Findings">
    <p class=${`diagnosis ${state}`}>${words},${' '}<${LocalTime} ms=${madeAt} />.</p>
    ${records === 0 && !topics.some(isUnread) && html`<p>The topics are empty: there was nothing to look at.</p>`}
    ${ill.map(
      (topic) =>
        html`<section key=${topic.topic} class="doctor-topic" aria-label=${printableLine(topic.topic)}>
          <h2><bdi>${printableLine(topic.topic)}</bdi></h2>
          <p class="faint">${factsOf(topic)}</p>
          ${topic.findings.map(
            (finding) =>
              html`<${FindingView} key=${finding.rule} topic=${topic.topic} read=${topic.records} finding=${finding} linksRecords=${linksRecords} />`,
          )}
        </section>`,
    )}
    <${TopicList} title="Not read to the end" topics=${others.filter(isUnread)} />
    <${TopicList} title="Healthy" topics=${others.filter((topic) => !isUnread(topic))} />
  </section>`;
}

/**
 * @param {Diagnosis} diagnosis
 * @param {number} ill topics with findings
 * @returns {{ state: 'well' | 'ill' | 'unread', words: string }}
 */
function summaryOf({ healthy, partial, topics, records }, ill) {
  const all = plural(topics.length, 'topic');
  const read = `${plural(records, 'record')} of ${all} read${partial ? ' before it was ended' : ''}`;
  if (ill > 0) return { state: 'ill', words: `✗ ${ill} of ${all} with findings: ${read}` };
  if (healthy) return { state: 'well', words: `✓ Nothing found: ${read}` };
  const unread = topics.filter(isUnread).length;
  const left = unread === 0 ? '' : `, ${unread} of ${all} not read to the end`;
  const asked = topics.flatMap(({ tracesAsked = [] }) => tracesAsked);
  const unasked = asked.length > 0 && asked.every((count) => count === 0);
  const late = unasked ? ', no trace was looked for: no record older than half a minute names one' : '';
  return { state: 'unread', words: `? Nothing found in what was read: ${read}${left}${late}` };
}

/** @param {{ title: string, topics: TopicDiagnosis[] }} props */
function TopicList({ title, topics }) {
  if (topics.length === 0) return null;
  return html`<h2>${title}</h2>
    <ul class="doctor-topics" aria-label=${title}>
      ${topics.map((topic) => html`<li key=${topic.topic}><b><bdi>${printableLine(topic.topic)}</bdi></b>${' '}<span class="faint">${factsOf(topic)}</span></li>`)}
    </ul>`;
}

/** @param {TopicDiagnosis} topic */
function isUnread({ unreadPartitions }) {
  return unreadPartitions > 0;
}

/** @param {TopicDiagnosis} topic */
function factsOf(topic) {
  const { records, withContext, unreadPartitions, senders, formats } = topic;
  if (records === 0 && !isUnread(topic)) return 'empty';
  return [
    records === 0 ? 'no record read' : `${plural(records, 'record')}, ${formatCount(withContext)} with a context`,
    ...listed('written by', senders),
    ...listed('formats', formats),
    ...(isUnread(topic) ? [`${plural(unreadPartitions, 'partition')} not read to the end`] : []),
  ].join('; ');
}

/**
 * @param {string} what
 * @param {Record<string, number>} counts
 */
function listed(what, counts) {
  const entries = Object.entries(counts).map(([name, count]) => `${printableLine(name)} ${formatCount(count)}`);
  return entries.length === 0 ? [] : [`${what} ${entries.join(', ')}`];
}
