import type { Diagnosis, Finding, FindingExample, TopicDiagnosis } from '../doctor/diagnosis.ts';
import { shownBytes } from '../dead-letters/shown-bytes.ts';
import { docsAddress } from '../studio/doctor.ts';
import { oneLine } from './record-output.ts';

/** A diagnosis for people: a paragraph for each topic, healthy ones a line each; `?` stands for what could not be read to its end. */
export function reportOf({ topics, records, partial }: Diagnosis): string {
  const lines = topics.flatMap((topic) => [...linesOf(topic), ...(topic.findings.length > 0 ? [''] : [])]);
  const ill = topics.filter(({ findings }) => findings.length > 0).length;
  const unread = topics.filter(({ unreadPartitions }) => unreadPartitions > 0).length;
  const all = count(topics.length, 'topic');
  const read = `${count(records, 'record')} of ${all} read${partial ? ' before it was ended' : ''}`;
  const left = unread === 0 ? '' : `, ${unread} of ${all} not to the end`;
  const summary = ill === 0 ? 'nothing found' : `${ill} of ${all} with findings`;
  return [...lines, `${read}${left}${askedOf(topics)}: ${summary}`].map(oneLine).join('\n');
}

/** What the back end was asked for, where there is one. */
function askedOf(topics: readonly TopicDiagnosis[]): string {
  const asked = topics.flatMap(({ tracesAsked }) => tracesAsked ?? []);
  if (asked.length === 0) return '';
  const traces = asked.reduce((sum, one) => sum + one, 0);
  return traces === 0
    ? ', the back end asked for no trace: no record older than half a minute names one'
    : `, ${count(traces, 'trace')} asked for`;
}

function linesOf({ topic, records, withContext, senders, formats, unreadPartitions, findings }: TopicDiagnosis): string[] {
  const isUnread = unreadPartitions > 0;
  const mark = findings.length > 0 ? '✗' : isUnread ? '?' : '✓';
  const none = isUnread ? 'no record read' : 'empty';
  const what = records === 0 ? none : `${count(records, 'record')}, ${withContext} with a context`;
  return [
    `${mark} ${topic}: ${what}${listed('; written by', senders)}${listed('; formats', formats)}`,
    ...(isUnread ? [`  not read to the end: ${count(unreadPartitions, 'partition')}`] : []),
    ...findings.flatMap((finding) => findingLines(finding, records)),
  ];
}

/** @param read how many records of the topic were read */
function findingLines({ rule, title, records, of, share, effect, fix, causes, docs: page, examples }: Finding, read: number): string[] {
  // A back end is asked about some of them.
  const asked = of === read ? '' : ` of ${of} asked for`;
  return [
    `  ${rule}: ${title} ${count(records, 'record')}, ${percent(share)}${asked}`,
    `    effect: ${effect}`,
    `    fix:    ${fix}`,
    ...(causes === undefined ? [] : [`    by:     ${causes}`]),
    `    docs:   ${docsAddress}${page}`,
    ...examples.slice(0, 1).map((example) => `    such as ${exampleText(example)}`),
  ];
}

function exampleText({ partition, offset, key, seen, value }: FindingExample): string {
  const ofKey = key === undefined || key === null ? '' : ` key ${shownBytes(key)}`;
  return `${partition}/${offset}${ofKey}: ${seen}${value === undefined ? '' : ` (${value})`}`;
}

function listed(what: string, counts: Readonly<Record<string, number>>): string {
  const entries = Object.entries(counts);
  return entries.length === 0 ? '' : `${what} ${entries.map(([name, count]) => `${name} ${count}`).join(', ')}`;
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}

/** Never 0 % of something that is there. */
function percent(share: number): string {
  return share < 0.01 ? 'below 1 %' : `${Math.floor(share * 100)} %`;
}
