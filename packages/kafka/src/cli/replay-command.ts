import type { Kafka } from 'kafkajs';
import { replay } from '../replay/replay.ts';
import type { ReplayOutcome, ReplayReport } from '../replay/replay-report.ts';
import type { Asked } from './parse-arguments.ts';
import { ProgressLine, type Terminal } from './terminal.ts';
import { terminalJson } from './record-output.ts';

/** Outcomes as the summary line names them. */
const words: Readonly<Record<ReplayOutcome, string>> = {
  replayed: 'replayed',
  filtered: 'filtered',
  replayLimitReached: 'replay limit reached',
  unroutable: 'unroutable',
  failed: 'failed',
};

/** @returns the exit code: 1 when records could not be replayed */
export async function replayCommand(
  kafka: Kafka,
  asked: Asked & { readonly what: 'replay' },
  signal: AbortSignal,
  { print, say }: Terminal,
): Promise<number> {
  const { what: _what, kafka: _kafka, json, ...options } = asked;
  using progress = new ProgressLine(say);
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as typeof options;
  try {
    const report = await replay(kafka, {
      ...(given as { from: string }),
      signal,
      onRecord: ({ partition, offset, traceId }, outcome, reason) => {
        progress.count(words[outcome]);
        if (json) print(terminalJson({ outcome, partition, offset, traceId, reason }));
      },
    });
    if (json) print(terminalJson(report));
    else tell(report, { print, say });
    if (report.ended === 'aborted') return 130;
    return report.unroutable + report.failed > 0 ? 1 : 0;
  } catch (error) {
    if (progress.text !== '') say(`${progress.text}; run the same command again to continue`);
    throw error;
  }
}

function tell(report: ReplayReport, { print, say }: Terminal): void {
  const { problems, notes, ended, dryRun, durationMs } = report;
  for (const note of notes) say(`note: ${note}`);
  for (const { outcome, partition, offset, reason } of problems) say(`${partition}/${offset} ${outcome}: ${reason}`);
  const more = report.unroutable + report.failed - problems.length;
  if (more > 0) say(`and ${more} more, which --json lists`);
  if (problems.length > 0)
    say('They stay in the dead-letter topic: replay one with --partition and --offset, and --to where it needs a topic.');
  const counts = (Object.keys(words) as ReplayOutcome[]).map((outcome) => {
    const word = outcome === 'replayed' && dryRun ? 'would replay' : words[outcome];
    return `${word} ${report[outcome]}`;
  });
  print(`${counts.join(', ')}: ended ${ended} after ${durationMs} ms`);
}
