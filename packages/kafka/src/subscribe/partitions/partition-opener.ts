import { createHash } from 'node:crypto';
import { warnOnce } from '../../core/guard.ts';
import { channels } from '../../channels/channels.ts';
import { published } from '../../channels/publish.ts';
import { writtenMetadata, type AdminPort } from '../../client/port/admin.ts';
import type { CommitPosition, GroupMemberPort } from '../../client/port/group-member.ts';
import { kafkaErrorName } from '../../client/port/kafka-error.ts';
import { isTopicMissing } from '../../core/error-type.ts';
import { encodeCommitMetadata } from './commit-metadata.ts';
import { surveyTopic, type LogSurvey } from './log-survey.ts';
import { metadataOf, openLog, reachOf, type Commit, type Opening } from './open-log.ts';
import type { PartitionLog } from './partition-log.ts';
import type { StartingOffsets } from './starting-offsets.ts';
import { partitionKey } from '../../client/record.ts';

/** The findings for a partition, and where it continues. */
export interface OpenedPartition extends Opening {
  readonly log: PartitionLog;
}

/** Decides where partitions continue, and commits that, before any of their records is delivered. */
export class PartitionOpener {
  readonly #admin: AdminPort;
  readonly #member: Pick<GroupMemberPort, 'commit'>;
  readonly groupId: string;
  readonly #clusterId: string;
  readonly #start: StartingOffsets;
  readonly #recreateTopics: () => Promise<void>;
  readonly #fingerprints = new Map<string, string>();
  #withoutMetadata = false;

  /**
   * @param member its commits reject when the broker has not acknowledged them
   * @param group its `recreateTopics` creates topics of the subscription's own that were deleted
   */
  constructor(
    admin: AdminPort,
    member: Pick<GroupMemberPort, 'commit'>,
    group: {
      readonly groupId: string;
      readonly clusterId: string;
      readonly start: StartingOffsets;
      readonly recreateTopics: () => Promise<void>;
    },
  ) {
    this.#admin = admin;
    this.#member = member;
    this.groupId = group.groupId;
    this.#clusterId = group.clusterId;
    this.#start = group.start;
    this.#recreateTopics = group.recreateTopics;
  }

  /**
   * Opens assigned partitions, or checks open ones again. Resolves once each has a commit, so that no other
   * member, and no later one, takes it for new. Until then the logs stay unchanged: the findings are repeated when the broker must be asked
   * again.
   *
   * @param withBatch a log whose next batch has been fetched, and counts as seen. The fetched batches of another log are of the one that
   * the answer finds, if it is the same as before; nothing tells that of a log of which nothing was seen, so that it is fetched again
   * @param isWanted whether the answer still counts when it arrives
   * @returns those that the broker knows; none when the answer does not count
   * @throws {KafkaTracingError} `topic_missing`; what the client throws when a broker does not answer, or the group rebalances
   */
  async open(
    logs: readonly PartitionLog[],
    withBatch: PartitionLog | undefined,
    isWanted: () => boolean,
  ): Promise<readonly OpenedPartition[]> {
    if (logs.length === 0) return [];
    // The answers are about the logs as they are known now: what is handled meanwhile proves nothing.
    const drafts = logs.map((log) => [log, log.draft()] as const);
    const { commits, surveys } = await this.#ask(logs, withBatch);
    // The next assignment may have opened them, and its commits be ahead of what was known when this one asked.
    if (!isWanted()) return [];
    const opened = drafts.flatMap(([log, draft]) => {
      const survey = surveys.get(log);
      // A partition that the broker does not know, no longer or not yet, has nothing to deliver.
      if (survey === undefined) return [];
      const commit = commits.get(partitionKey(log.topic, log.partition));
      const start = this.#start.of(log.topic, log.partition);
      const isKnown = log === withBatch || isRecognisable(draft);
      const opening = openLog(draft, commit, survey, this.fingerprint(log.topic), start);
      return [{ ...opening, needsSeek: opening.needsSeek || !isKnown, log, draft }];
    });
    const uncommitted = opened.filter(({ needsCommit }) => needsCommit).map(({ draft }) => draft);
    if (uncommitted.length > 0) await this.commit(uncommitted);
    this.#start.committed();
    if (!isWanted()) return [];
    for (const { log, draft } of opened) log.adopt(draft);
    return opened;
  }

  /** Whether partitions without a commit begin at their beginning from now on. @throws what the client throws */
  isGroupKnown(): Promise<boolean> {
    return this.#start.isGroupKnown(this.#admin, this.groupId);
  }

  /** The current commit of a partition. */
  positionOf(log: PartitionLog, { offset, completed }: ReturnType<PartitionLog['committable']> = log.committable()): CommitPosition {
    const { topic, partition, maxTimestamp } = log;
    const metadata = this.#withoutMetadata ? '' : encodeCommitMetadata(offset, this.fingerprint(topic), maxTimestamp, completed);
    return { topic, partition, offset: String(offset), metadata };
  }

  /** @throws what the client throws */
  async commit(logs: readonly PartitionLog[]): Promise<void> {
    const positions = (): CommitPosition[] => logs.map((log) => this.positionOf(log));
    const send = (): Promise<void> => this.published(positions(), (sent) => this.#member.commit(sent));
    try {
      await send();
    } catch (error) {
      if (!this.omitsMetadataAfter(error)) throw error;
      await send();
    }
  }

  /** Sends a commit on the channel of commits. @throws what `send` throws */
  published(positions: CommitPosition[], send: (positions: CommitPosition[]) => Promise<void>): Promise<void> {
    const message = () => ({
      groupId: this.groupId,
      offsets: positions.map(({ topic, partition, offset }) => ({ topic, partition, offset })),
    });
    return published(channels.commit, message, () => send(positions));
  }

  /** Whether the broker rejected a commit for the size of its metadata: then all later commits have none. */
  omitsMetadataAfter(error: unknown): boolean {
    if (kafkaErrorName(error) !== 'OFFSET_METADATA_TOO_LARGE') return false;
    // Without it more is repeated after a rebalance, and only the end of a log shows that its topic was created again.
    warnOnce(
      'commit metadata',
      'The broker takes no metadata of the size that commits need (offset.metadata.max.bytes): they go without it.',
      this,
    );
    this.#withoutMetadata = true;
    return true;
  }

  /** Names the cluster and the topic. Neither shows whether the topic was created again; timestamps do. */
  fingerprint(topic: string): string {
    let fingerprint = this.#fingerprints.get(topic);
    if (fingerprint === undefined) {
      fingerprint = createHash('sha256').update(`${this.#clusterId}\0${topic}`).digest('base64url').slice(0, 10);
      this.#fingerprints.set(topic, fingerprint);
    }
    return fingerprint;
  }

  async #ask(logs: readonly PartitionLog[], withBatch: PartitionLog | undefined) {
    try {
      const commits = await this.#committed([...new Set(logs.map(({ topic }) => topic))]);
      return { commits, surveys: await this.#survey(logs, withBatch, commits) };
    } catch (error) {
      // The next try finds them. When they cannot be created, the first error still says why.
      if (isTopicMissing(error)) await this.#recreateTopics().catch(() => {});
      throw error;
    }
  }

  async #committed(topics: readonly string[]): Promise<ReadonlyMap<string, Commit>> {
    const found = await this.#admin.fetchOffsets({ groupId: this.groupId, topics: [...topics] });
    return new Map(
      found.flatMap(({ topic, partitions }) =>
        partitions.map(
          (commit) => [partitionKey(topic, commit.partition), { offset: commit.offset, metadata: writtenMetadata(commit) }] as const,
        ),
      ),
    );
  }

  /**
   * One time is queried for all logs of a topic that were queried together before: the latest, as none of their seen records is
   * later. Another time, which may include a record of a topic that was created again, would hide the new topic; so
   * would a batch that may be of another log.
   */
  async #survey(
    logs: readonly PartitionLog[],
    withBatch: PartitionLog | undefined,
    commits: ReadonlyMap<string, Commit>,
  ): Promise<ReadonlyMap<PartitionLog, LogSurvey>> {
    const surveys = new Map<PartitionLog, LogSurvey>();
    const alike = (log: PartitionLog): string => `${log.topic}/${log === withBatch ? 'batch' : log.surveyedAt}`;
    for (const together of Map.groupBy(logs, alike).values()) {
      const [{ topic }] = together as [PartitionLog];
      const fingerprint = this.fingerprint(topic);
      const times = together.flatMap((log) => {
        const committed = metadataOf(commits.get(partitionKey(topic, log.partition)), fingerprint)?.maxTimestamp;
        return [log.position === undefined ? undefined : log.maxTimestamp, committed].filter((time) => time !== undefined);
      });
      const needsNow = together.some((log) => log.position === undefined || log.maxTimestamp === undefined);
      const found = await surveyTopic(this.#admin, topic, {
        after: latestOf(times),
        afterVerified: latestOf(together.flatMap((log) => log.verified?.maxTimestamp ?? [])),
        afterTrusted: latestOf(together.flatMap((log) => log.trusted?.maxTimestamp ?? [])),
        needsNow,
        reached: new Map(
          together.map((log) => [log.partition, reachOf(log, commits.get(partitionKey(topic, log.partition)), fingerprint)]),
        ),
      });
      for (const log of together) {
        const survey = found.get(log.partition);
        if (survey !== undefined) surveys.set(log, survey);
      }
    }
    return surveys;
  }
}

/** Whether another log of the same name would be told from it: it has fewer records, or later ones. */
function isRecognisable({ seenEnd, maxTimestamp }: PartitionLog): boolean {
  return seenEnd > 0n && maxTimestamp !== undefined;
}

function latestOf(times: readonly number[]): number | undefined {
  return times.length === 0 ? undefined : Math.max(...times);
}
