import type { PausableLike } from './consumer-adapter.ts';
import type { FetchedRecord } from './message.ts';
import type { TopicPartition } from './topic-partition.ts';

/** A position to commit. */
export interface CommitPosition extends TopicPartition {
  /** The next offset to read, decimal. */
  readonly offset: string;
  /** At most 4,000 bytes of ASCII; it must come back as it was from `AdminPort.fetchOffsets`, to this member and to those of other clients. */
  readonly metadata: string;
}

/** The records of one partition that one fetch brought. */
export interface MemberBatch extends TopicPartition {
  /** In the order of their offsets; at least one. What a member has no offset for (control records, aborted ones) is left out. */
  readonly messages: readonly FetchedRecord[];
  /**
   * The last offset of what was fetched, decimal: beyond the last message where control records, aborted or compacted ones follow it.
   * The next fetch begins behind it when all was resolved.
   */
  readonly lastOffset: string;
  /**
   * The offset that was fetched from, decimal; `undefined` when the client does not tell. It is greater than the position only when the
   * client has moved by itself, which the engine corrects by a `seek`.
   */
  readonly fetchedOffset: string | undefined;
  /** The end of the partition, decimal: the offset after its last record as of the fetch. */
  readonly highWatermark: string;
  /**
   * The latest timestamp of everything fetched, of control records and aborted ones, too, in milliseconds since the epoch. Never less than that
   * of any record up to `lastOffset`: by it the engine recognises the log. `Infinity`: not known.
   */
  maxTimestamp(): number;
  /** Whether its records must not be started any more: the partition was revoked, paused or sought since the fetch. */
  isStale(): boolean;
  /**
   * Has the coordinator confirm the member now, or lately: a member that heartbeats by itself may rely on its last heartbeat, when it is not
   * older than the heartbeat interval.
   *
   * @throws the coordinator's refusal (`isMembershipRefused`), so that the engine ends the batch; or that it does not answer
   */
  heartbeat(): Promise<void>;
  /**
   * Commits, as this member of this generation. Resolves when the broker has acknowledged it.
   *
   * @throws the broker's refusal: `isMembershipRefused` when the partition is another member's; `OFFSET_METADATA_TOO_LARGE`
   */
  commit(position: CommitPosition): Promise<void>;
  /**
   * The next batch of the partition begins after `offset`, decimal, which is not before this batch. Without a call the same records are
   * delivered again. A `seek` during the batch counts for more.
   */
  resolve(offset: string): void;
}

/** What a member tells the engine. No call may be made before `join`, nor after the promise of `disconnect` has resolved. */
export interface GroupMemberListener {
  /**
   * The member has joined, with these partitions: all that it has, not those that were added. Called at every join, also when nothing has
   * changed: the engine then asks the broker where each partition continues, and calls
   * `seek` for each; until then an adapter may leave the partition alone. Batches of an earlier
   * assignment that are in process must end soon: the engine ends them.
   *
   * @param memberId as the coordinator calls it; another one than before tells that the coordinator had expelled this member
   * @param isLeader whether it leads the group, which the member that is there longest does; absent: the client does not tell, or not yet
   */
  assigned(memberId: string, partitions: readonly TopicPartition[], isLeader?: boolean): void;
  /**
   * Works on a batch. Called for at most `concurrency` partitions at once, and for one batch of a partition at a time; the next one follows
   * when the promise has settled. May be called before the partition is opened: the engine waits then.
   *
   * Rejects with an error of `heartbeat` or `commit`, or when the engine has seen that the coordinator is another one
   * (`isCoordinatorMoved`): then the member must join again, unless its client is doing so. Other rejections do not concern the adapter:
   * the records that were not resolved are delivered again.
   */
  batch(batch: MemberBatch): Promise<void>;
  /**
   * A fetch brought offsets without any record for the engine, up to `lastOffset`, decimal. The adapter reads on by itself.
   */
  passedEmpty(place: TopicPartition, lastOffset: string): void;
  /**
   * The coordinator has confirmed the member, at a heartbeat or a commit, whose answer is not late ({@link isLate}). Without it for half a
   * session no record starts.
   */
  confirmed(): void;
  /**
   * A topic's name may stand for another log from now on: the client has asked for metadata or offsets, as it does when something has
   * changed, or a fetch answered `UNKNOWN_TOPIC_OR_PARTITION`, `UNKNOWN_TOPIC_ID` or `OFFSET_OUT_OF_RANGE`. The engine asks the broker before
   * the next record. Too often costs requests, too seldom loses records.
   */
  suspected(): void;
  /**
   * A topic's name stands for another log for certain, for clients that know the ids of topics: it has another one. What was remembered of the
   * topic is forgotten before its next record, which `suspected` alone may have to leave to the timestamps of records; but for partitions
   * that the engine has already begun anew in that very topic.
   *
   * @param id the topic's new one, as `AdminPort.topicId` writes it
   */
  replaced(topic: string, id: string): void;
  /**
   * The client has read nothing for some seconds, as its fetches fail, or may not read a topic, and tries again by itself; `undefined`: it
   * reads again. Until then `health()` is not ok.
   */
  unreadable(error: unknown): void;
  /**
   * Members of the group read other topics, and no member reads partitions of these: they were assigned here, where they are not read, or this
   * member leads the group and could not assign them.
   */
  unreadTopics(topics: readonly string[]): void;
  /**
   * The client has stopped by an error. A call before the first `assigned` makes `subscribe` reject with it.
   *
   * @param restarts whether the adapter starts it again by itself
   */
  crashed(error: unknown, restarts: boolean): void;
}

/** Milliseconds, as the client is configured: the engine's judgement of a member that was not confirmed depends on them. */
export interface MemberTiming {
  readonly sessionTimeout: number;
  readonly heartbeatInterval: number;
  /** The longest time that a fetch waits for records, when heartbeats wait for it; otherwise 0. */
  readonly longestFetch: number;
}

/**
 * Whether an answer of the coordinator tells nothing of the member any more. It may have lain in the socket while the process stood still,
 * and the session have ended: with it the half that is counted from its arrival ends within the session that began with the request.
 *
 * @param took milliseconds from the request to its answer
 */
export function isLate(took: number, { sessionTimeout }: MemberTiming): boolean {
  return took > sessionTimeout / 2;
}

/**
 * A member of a consumer group. It commits nothing by itself, creates no topic, reads what is before transactions' last stable offset only,
 * and never decides where a partition begins: where the group has no commit, and where its position is out of range, it begins at the
 * beginning of the log, so that nothing is lost before the engine's `seek`.
 *
 * An adapter hides what its client does by itself: one whose stream ends with its topic makes another one, and one that does not see added
 * partitions joins again, within a minute.
 */
export interface GroupMemberPort {
  /** The client's own object, from whose events telemetry learns who it is. */
  readonly client: PausableLike;
  /** The client id where no event tells it. */
  readonly clientId: string | undefined;
  readonly timing: MemberTiming;
  /** @throws the client's error when no broker answers */
  connect(): Promise<void>;
  /**
   * Joins the group and begins to fetch, once. Resolves when joining is under way, or done.
   *
   * @throws the client's error when it could not, if `crashed` has not said it
   */
  join(topics: readonly string[], listener: GroupMemberListener): Promise<void>;
  /**
   * Leaves and joins again, or has the client ask for the coordinator: it commits at a broker that no longer coordinates the group. Called
   * while no batch is in process; otherwise the batches reject with the error (`isCoordinatorMoved`), which must have the same effect.
   */
  rejoin(): void;
  /** Commits for partitions without a batch in process; as `MemberBatch.commit`. Resolves when the broker has acknowledged all. */
  commit(positions: readonly CommitPosition[]): Promise<void>;
  /** Fetches no record of the partition until `resume`. A batch of it that was fetched is not handed over. Rebalances may forget it. */
  pause(place: TopicPartition): void;
  resume(place: TopicPartition): void;
  /** The next batch of the partition begins at `offset`, decimal; one that is in process becomes stale. */
  seek(place: TopicPartition, offset: string): void;
  /**
   * Ends the member: no batch begins from now on. Waits for those in process, which may still commit, then leaves the group, so that others
   * get its partitions at once. It must be possible while the member joins: one that becomes a member afterwards would hold its partitions
   * until its session ends. May be called without `join`, and twice.
   */
  disconnect(): Promise<void>;
}

/** How a member is made. */
export interface MemberConfig {
  readonly groupId: string;
  /** Partitions whose batches are in process at the same time, from 1. */
  readonly concurrency: number;
  /** Milliseconds, where the options do not say: the member has left its group so long after its process was killed. @default the adapter's */
  readonly sessionTimeout?: number;
  /** The options of the client's own consumer, as the user gave them; the adapter adds its defaults. */
  readonly options: object;
}
