/** @import { DoctorAnswer, TopicDiagnosis } from '../../api/provider-types.js' */
import { html } from '../../html.js';
import { formatCount, plural } from '../../model/format.js';
import { printableLine } from '../../model/printable.js';
import { LocalTime } from '../parts/local-time.js';
import { FindingView } from './finding-view.js';

/** @param {{ answer: NonNullable<DoctorAnswer['last']>, linksRecords: boolean }} props */
export function DiagnosisReport({ answer: { madeAt, diagnosis }, linksRecords }) {
  const { topics, records } = diagnosis;
  const ill = topics.filter(({ findings }) => findings.length > 0);
  const well = topics.filter(({ findings }) => findings.length === 0);
  const read = `${plural(records, 'record')} of ${plural(topics.length, 'topic')} read`;
  return html`<section aria-label="Findings">
    <p class=${ill.length === 0 ? 'diagnosis well' : 'diagnosis ill'}>
      ${ill.length === 0 ? `✓ Nothing found: ${read}` : `✗ ${ill.length} of ${plural(topics.length, 'topic')} with findings: ${read}`},${' '}
      <${LocalTime} ms=${madeAt} />.
    </p>
    ${records === 0 && html`<p>The topics are empty: there was nothing to look at.</p>`}
    ${ill.map(
      (topic) =>
        html`<section key=${topic.topic} class="doctor-topic" aria-label=${printableLine(topic.topic)}>
          <h2><bdi>${printableLine(topic.topic)}</bdi></h2>
          <p class="faint">${factsOf(topic)}</p>
          ${topic.findings.map(
            (finding) => html`<${FindingView} key=${finding.rule} topic=${topic.topic} finding=${finding} linksRecords=${linksRecords} />`,
          )}
        </section>`,
    )}
    ${well.length > 0 && html`<h2>Healthy</h2>`}
    <ul class="doctor-well">
      ${well.map((topic) => html`<li key=${topic.topic}><b><bdi>${printableLine(topic.topic)}</bdi></b>${' '}<span class="faint">${factsOf(topic)}</span></li>`)}
    </ul>
  </section>`;
}

/** @param {TopicDiagnosis} topic */
function factsOf({ records, withContext, unreadPartitions, senders, formats }) {
  if (records === 0) return 'empty';
  return [
    `${plural(records, 'record')}, ${formatCount(withContext)} with a context`,
    ...listed('written by', senders),
    ...listed('formats', formats),
    ...(unreadPartitions > 0 ? [`${plural(unreadPartitions, 'partition')} not read to the end`] : []),
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
