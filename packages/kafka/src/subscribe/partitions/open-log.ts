import { decodeCommitMetadata, type CommitMetadata } from './commit-metadata.ts';
import type { MissingOffsets } from './completed-offsets.ts';
import type { LogSurvey } from './log-survey.ts';
import type { PartitionLog } from './partition-log.ts';

/** A group's commit of one partition; `undefined` offsets and negative ones are no commit. */
export interface Commit {
  readonly offset: string;
  readonly metadata: string | null;
}

/** The findings when a partition was opened. */
export interface Opening {
  /** Whether the position must be committed: no commit holds it yet. */
  readonly needsCommit: boolean;
  /** Whether the client must seek: it would not find the position by itself. */
  readonly needsSeek: boolean;
  /** The topic was deleted and created again: the partition starts at the beginning of the new log. */
  readonly isRecreated: boolean;
  /** Records that the broker removed before they were completed; `undefined`: there are none. */
  readonly removed: MissingOffsets | undefined;
  /** The group had no commit of the partition, and this process no memory of it. */
  readonly isNew: boolean;
  /** The next offset that the broker will write. */
  readonly end: bigint;
}

/**
 * Decides where a partition continues, from the group's commit, the broker's answers about the log, and what this process remembers of
 * it; writes that into `log`. Rules:
 * - A commit up to the high watermark is of the log, also behind a transaction that is open: other software puts it there. What is known with
 *   a time was read as committed: the log that it is of has reached it before its open transactions.
 * - An offset below the seen ones, for the time that no seen record is later than, proves another log. So does an end below them, and a
 *   client that knows.
 *   Then the partition starts at its beginning, and nothing is remembered.
 * - Offsets in the commit's metadata count only for the log that they were made for: the same cluster and topic, and not
 *   created again since. A mirrored commit is kept without it, so that only repeats follow.
 * - What this process completed stays completed, whatever happened to its commits.
 * - A partition without a commit starts at `start` when nothing is known of it.
 */
export function openLog(log: PartitionLog, commit: Commit | undefined, survey: LogSurvey, fingerprint: string, start: bigint): Opening {
  const committed = offsetOf(commit);
  const metadata = metadataOf(commit, fingerprint);
  const before = log.position;
  const isMemoryOfAnother =
    before !== undefined &&
    (log.isReplaced ||
      // The queried time may be that of other partitions.
      isBelow(log.maxTimestamp === undefined ? { high: watermarkOf(survey), firstAfter: undefined } : survey, log.seenEnd) ||
      (log.verified !== undefined && isBelow({ ...survey, firstAfter: survey.firstAfterVerified }, log.verified.end)) ||
      (log.trusted !== undefined && isBelow({ ...survey, firstAfter: survey.firstAfterTrusted }, log.trusted.end)));
  // Without a commit only a time can prove that the log is still the same one.
  const isForgotten = before !== undefined && committed === undefined && log.maxTimestamp === undefined && log.seenEnd > 0n;
  const isCommitOfAnother =
    committed !== undefined &&
    (committed > watermarkOf(survey) ||
      (metadata?.maxTimestamp !== undefined && isBelow(survey, endOf(metadata, committed))) ||
      // Members of other software write the old position into the new log, without a mark of which log they mean.
      (isMemoryOfAnother && metadata?.maxTimestamp === undefined) ||
      // So did this process, until it detected the new log.
      (isMemoryOfAnother && `${commit?.offset}/${commit?.metadata}` === log.committed));
  const usable = isCommitOfAnother ? undefined : committed;
  const isRecreated = isMemoryOfAnother || isForgotten || (isCommitOfAnother && before === undefined);

  if (before === undefined || isRecreated) {
    const from = usable ?? (isRecreated ? survey.low : start);
    const position = from > survey.low ? from : survey.low;
    const known = usable === undefined ? undefined : metadata?.maxTimestamp;
    const end = usable === undefined || metadata === undefined ? position : endOf(metadata, position);
    log.restart(position, known ?? boundOf(survey, end > position ? end : position));
    // Only of a log that was found to be another one: what else shows may be an earlier log, whose notice must count.
    if (isRecreated) log.topicId = survey.topicId;
  } else {
    if (usable !== undefined) sawOthers(log, usable, metadata);
    log.advance(usable ?? before);
  }
  if (usable !== undefined) for (const range of metadata?.completed ?? []) if (range.last < survey.high) log.completed.add(range);
  const { offset, completed } = log.committable();
  // A log that is opened for the first time begins behind what was removed.
  const expected = before === undefined ? usable : offset;
  const removed = isRecreated || expected === undefined ? undefined : completed.missing(expected, survey.low);
  log.advance(survey.low);
  log.advance(log.position as bigint);
  log.maxTimestamp ??= boundOf(survey, log.seenEnd);
  if (log.maxTimestamp !== undefined) log.verified = { end: log.seenEnd, maxTimestamp: log.maxTimestamp };
  log.surveyedAt = survey.now;

  const position = log.position as bigint;
  return {
    needsCommit: committed !== position,
    needsSeek: position !== (before ?? committed ?? survey.low) || isRecreated,
    isRecreated,
    removed,
    isNew: committed === undefined && before === undefined,
    end: survey.high,
  };
}

/** This process did not fetch what other members have handled meanwhile: only their commit holds its latest timestamp. */
function sawOthers(log: PartitionLog, committed: bigint, metadata: CommitMetadata | undefined): void {
  const end = metadata === undefined ? committed : endOf(metadata, committed);
  if (end > log.seenEnd) log.saw(end, metadata?.maxTimestamp ?? Infinity);
}

/** A commit's offset; `undefined` when there is none, as Kafka then returns a negative one. */
function offsetOf(commit: Commit | undefined): bigint | undefined {
  return commit !== undefined && /^\d{1,19}$/.test(commit.offset) ? BigInt(commit.offset) : undefined;
}

/** A commit's metadata, when it was made for the topic of this name in this cluster. */
export function metadataOf(commit: Commit | undefined, fingerprint: string): CommitMetadata | undefined {
  const committed = offsetOf(commit);
  const metadata = committed === undefined ? undefined : decodeCommitMetadata(committed, commit?.metadata);
  return metadata?.fingerprint === fingerprint ? metadata : undefined;
}

/** The highest offset that the log must reach if it is the one that the commit and this process' memory are of. */
export function reachOf(log: PartitionLog, commit: Commit | undefined, fingerprint: string): bigint {
  const committed = offsetOf(commit) ?? 0n;
  const metadata = metadataOf(commit, fingerprint);
  const end = metadata === undefined ? committed : endOf(metadata, committed);
  return end > log.seenEnd ? end : log.seenEnd;
}

/** The offset below which no record is later than the metadata's time. */
function endOf({ completed }: CommitMetadata, committed: bigint): bigint {
  const last = completed.at(-1)?.last;
  return last === undefined ? committed : last + 1n;
}

/** Whether the current log cannot be one of which everything below `end` was seen. */
function isBelow({ high, firstAfter }: Pick<LogSurvey, 'high' | 'firstAfter'>, end: bigint): boolean {
  return high < end || (firstAfter !== undefined && firstAfter < end);
}

function watermarkOf({ high, highWatermark = high }: LogSurvey): bigint {
  return highWatermark;
}

/** A time that no record below `position` is later than; `undefined` when clocks ahead leave none. */
function boundOf({ low, firstAfterNow, now }: LogSurvey, position: bigint): number | undefined {
  if (position === low) return 0;
  return firstAfterNow !== undefined && firstAfterNow >= position ? now : undefined;
}
