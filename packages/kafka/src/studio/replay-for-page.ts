import type { ProviderRun, ReplayReport, ReplayRequest, SentRecord } from '@tracelink/studio';
import type { DeadLetterFilter } from '../dead-letters/dead-letter-filter.ts';
import type { ReplayOutcome } from '../replay/replay-report.ts';
import { replay } from '../replay/replay.ts';
import type { ClientMaker } from '../client/client-maker.ts';

/** The most sent records that a report lists. */
const listed = 100;

/** Outcomes in the words of the page. */
const words: Readonly<Record<ReplayOutcome, string>> = {
  replayed: 'replayed',
  filtered: 'not selected',
  alreadyReplayed: 'replayed before',
  replayLimitReached: 'replayed too often',
  unroutable: 'without a place to go',
  failed: 'refused by the broker',
};

/** @throws what `replay` throws */
export async function replayForPage(kafka: ClientMaker, request: ReplayRequest, { signal, progress }: ProviderRun): Promise<ReplayReport> {
  const { topic, dryRun } = request;
  const sent: SentRecord[] = [];
  let [read, replayed] = [0, 0];
  const report = await replay(kafka, {
    from: topic,
    dryRun,
    signal,
    filter: filterOf(request),
    onRecord({ errorClass }, { outcome, partition, offset, traceId, to }) {
      read += 1;
      if (outcome === 'replayed') replayed += 1;
      if (outcome === 'replayed' && sent.length < listed) sent.push({ partition, offset, to: to?.topic, errorClass, traceId });
      progress(`${read} read, ${replayed} ${dryRun ? 'to send' : 'sent'}`);
    },
  });
  const { problems, notes, ended, durationMs, traceId } = report;
  return {
    dryRun,
    ended,
    counts: Object.fromEntries((Object.keys(words) as ReplayOutcome[]).map((outcome) => [words[outcome], report[outcome]])),
    sent,
    problems: problems.map(({ partition, offset, reason }) => ({ partition, offset, reason })),
    notes,
    durationMs,
    traceId,
  };
}

function filterOf({ errorClass, traceId, record }: ReplayRequest): DeadLetterFilter {
  return {
    ...(errorClass !== undefined && { errorClass }),
    ...(traceId !== undefined && { trace: traceId }),
    ...(record !== undefined && { records: [`${record.partition}/${record.offset}`] }),
  };
}
