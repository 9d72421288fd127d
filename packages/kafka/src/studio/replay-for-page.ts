import { createHash } from 'node:crypto';
import type { ProviderRun, ReplayReport, ReplayRequest, SentRecord } from '@tracelink/studio';
import type { DeadLetterRecord } from '../dead-letters/dead-letter-record.ts';
import type { ReplayOutcome } from '../replay/replay-report.ts';
import { replay } from '../replay/replay.ts';
import type { KafkaClients } from '../subscribe/subscribe.ts';

/** The most sent records that a report lists. */
const listed = 100;

/** Outcomes in the words of the page. */
const words: Readonly<Record<ReplayOutcome, string>> = {
  replayed: 'replayed',
  filtered: 'not selected',
  replayLimitReached: 'replayed too often',
  unroutable: 'without a place to go',
  failed: 'refused by the broker',
};

/** @throws what `replay` throws */
export async function replayForPage(kafka: KafkaClients, request: ReplayRequest, { signal, progress }: ProviderRun): Promise<ReplayReport> {
  const { topic, dryRun, record } = request;
  const sent: SentRecord[] = [];
  let [read, replayed] = [0, 0];
  const { problems, notes, ended, durationMs, traceId, ...counts } = await replay(kafka, {
    from: topic,
    groupId: groupOf(request),
    dryRun,
    signal,
    filter: (one) => isSelected(one, request),
    ...(record !== undefined && { record }),
    onRecord({ partition, offset, originalTopic, errorClass, traceId: failed }, outcome) {
      read += 1;
      if (outcome === 'replayed') replayed += 1;
      if (outcome === 'replayed' && sent.length < listed) sent.push({ partition, offset, to: originalTopic, errorClass, traceId: failed });
      progress(`${read} read, ${replayed} ${dryRun ? 'to send' : 'sent'}`);
    },
  });
  return {
    dryRun,
    ended,
    counts: Object.fromEntries((Object.keys(words) as ReplayOutcome[]).map((outcome) => [words[outcome], counts[outcome]])),
    sent,
    problems: problems.map(({ partition, offset, reason }) => ({ partition, offset, reason })),
    notes,
    durationMs,
    traceId,
  };
}

/**
 * The group that remembers how far a replay came. A selection has its own: in the group of all records, those that it passes over would
 * count as replayed.
 */
function groupOf({ topic, errorClass, traceId }: ReplayRequest): string {
  if (errorClass === undefined && traceId === undefined) return `${topic}.replay`;
  const selection = createHash('sha256')
    .update(JSON.stringify([errorClass, traceId]))
    .digest('hex')
    .slice(0, 16);
  return `${topic}.replay.${traceId === undefined ? 'error' : 'trace'}.${selection}`;
}

function isSelected(record: DeadLetterRecord, { errorClass, traceId }: ReplayRequest): boolean {
  return (errorClass === undefined || record.errorClass === errorClass) && (traceId === undefined || record.traceId === traceId);
}
