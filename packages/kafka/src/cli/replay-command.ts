import type { ClientMaker } from '../client/client-maker.ts';
import { givenOptions } from '../core/option-rules.ts';
import type { DeadLetterFilter } from '../dead-letters/dead-letter-filter.ts';
import { replay } from '../replay/replay.ts';
import { shownBytes } from '../dead-letters/shown-bytes.ts';
import type { RecordOutcome, ReplayOutcome, ReplayReport } from '../replay/replay-report.ts';
import type { Asked } from './parse-arguments.ts';
import { exitCodes, ProgressLine, type Terminal } from './terminal.ts';
import { oneLine, terminalJson } from './record-output.ts';

/** Outcomes as the summary line names them. */
const words: Readonly<Record<ReplayOutcome, string>> = {
  replayed: 'replayed',
  filtered: 'filtered',
  alreadyReplayed: 'already replayed',
  replayLimitReached: 'replay limit reached',
  unroutable: 'unroutable',
  failed: 'failed',
};

const dryWords = { ...words, replayed: 'would replay' };

/** @returns the exit code: 1 when records could not be replayed */
export async function replayCommand(
  kafka: ClientMaker,
  asked: Asked & { readonly what: 'replay' },
  signal: AbortSignal,
  { print, say }: Terminal,
): Promise<number> {
  const { what: _what, kafka: _kafka, json, filter, ...options } = asked;
  using progress = new ProgressLine(say);
  const times = timesOf(filter.data);
  try {
    const report = await replay(kafka, {
      ...(givenOptions(options) as { from: string }),
      filter: filter.data,
      signal,
      onRecord: ({ key }, result) => {
        progress.count((asked.dryRun ? dryWords : words)[result.outcome]);
        if (result.outcome === 'filtered') return;
        if (json) print(terminalJson(result));
        else if (asked.dryRun) print(lineOf(asked.from, key, result));
      },
    });
    // Each of them has had its line.
    const { records: _records, ...totals } = report;
    if (json) print(terminalJson(totals));
    else tell(report, { print, say });
    if (report.problems.length > 0)
      say(
        `They stay in the dead-letter topic, and the next replay with these options${times} tries them again; --to where they need a topic.`,
      );
    if (report.ended !== 'at the end' && times !== '' && !asked.dryRun) say(`Run the same command again${times} to continue.`);
    if (report.ended !== 'aborted') return report.unroutable + report.failed > 0 ? exitCodes.failed : exitCodes.done;
    return exitCodes.interrupted;
  } catch (error) {
    if (progress.text !== '') say(asked.dryRun ? progress.text : `${progress.text}; run the same command again${times} to continue`);
    throw error;
  }
}

/** What would become of a record, in one line. */
function lineOf(from: string, key: Buffer | null, { outcome, partition, offset, traceId, to, reason }: RecordOutcome): string {
  const where = `${from}/${partition}/${offset}`;
  if (to === undefined) return oneLine(`${where} ${words[outcome]}: ${reason ?? ''}`);
  const target = to.partition === undefined ? `${to.topic}, by key` : `${to.topic}/${to.partition}`;
  const group = to.groupId === undefined ? 'every group' : `group ${to.groupId}`;
  return oneLine(`${where} would go to ${target} for ${group}, key ${key === null ? '(none)' : shownBytes(key)} trace ${traceId ?? '-'}`);
}

/** The times of a filter as options: where durations were given, the same command would be another filter a moment later. */
function timesOf({ since, until }: DeadLetterFilter): string {
  const options = Object.entries({ since, until }).flatMap(([name, time]) => {
    const date = new Date(time ?? Number.NaN);
    return Number.isNaN(date.valueOf()) ? [] : [`--${name} ${date.toISOString()}`];
  });
  return options.length === 0 ? '' : `, with ${options.join(' ')},`;
}

function tell(report: ReplayReport, { print, say }: Terminal): void {
  const { problems, notes, ended, dryRun, durationMs, sentTo } = report;
  for (const note of notes) say(`note: ${note}`);
  // A dry run has a line for each of them.
  if (!dryRun) for (const { outcome, partition, offset, reason } of problems) say(`${partition}/${offset} ${outcome}: ${reason}`);
  const more = report.unroutable + report.failed - problems.length;
  if (!dryRun && more > 0) say(`and ${more} more, which --json lists`);
  const told = dryRun ? dryWords : words;
  const counts = (Object.keys(told) as ReplayOutcome[]).map((outcome) => `${told[outcome]} ${report[outcome]}`);
  for (const [topic, count] of Object.entries(sentTo)) print(oneLine(`${dryRun ? 'would send' : 'sent'} ${count} to ${topic}`));
  print(`${counts.join(', ')}: ended ${ended} after ${durationMs} ms`);
}
