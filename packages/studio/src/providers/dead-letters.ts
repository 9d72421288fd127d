/**
 * Hands the studio the dead-letter topics of a broker, which it knows nothing of. What a method rejects with is shown on the page by its
 * message. An error whose `code` is a {@link MissingCode} says that what was asked for does not exist: it is answered with 404, any other
 * with 502.
 */
export interface DeadLetterProvider {
  /** Whether `replay` may send. Otherwise the page is read only: it makes dry runs and nothing else. */
  readonly canReplay: boolean;
  /** The dead-letter topics that there are. */
  topics(signal: AbortSignal): Promise<readonly DeadLetterTopic[]>;
  /** Calls `found` for each of the newest records of a topic, in any order, and resolves when all were read. Nothing is committed. */
  read(topic: string, reading: DeadLetterReading): Promise<DeadLetterExtent>;
  /** One record of any topic. */
  record(address: RecordAddress, signal: AbortSignal): Promise<DeadLetter>;
  /**
   * Sends records again, or with `dryRun` says what would be sent. Not called with `dryRun: false` where `canReplay` is false.
   *
   * @returns when all are sent, or when `run.signal` is aborted
   */
  replay(request: ReplayRequest, run: ProviderRun): Promise<ReplayReport>;
}

/** The `code` of an error: a topic does not exist, or there is no record at a place. */
export type MissingCode = 'topic_missing' | 'record_missing';

/** A dead-letter topic in a list. Times are milliseconds since the epoch. */
export interface DeadLetterTopic {
  readonly topic: string;
  /** How many records there are, at most. */
  readonly records: number;
  readonly oldest: number | undefined;
  readonly newest: number | undefined;
  /** The consumer groups that failed. */
  readonly groups: readonly string[];
  /** The software that wrote the records. */
  readonly writers: readonly string[];
}

/** How much of a topic to read. */
export interface DeadLetterReading {
  /** The most records of the whole topic: its newest, as far as the ends of its partitions tell. */
  readonly most: number;
  readonly signal: AbortSignal;
  readonly found: (record: DeadLetterSummary) => void;
}

/** What was read of a topic. */
export interface DeadLetterExtent {
  /** How many records the topic has, at most. */
  readonly records: number;
  /** Partitions that could not be read to their end, mostly because the broker gave no records of them. */
  readonly unreadPartitions: number;
}

/** A place in a topic. */
export interface RecordPlace {
  readonly partition: number;
  /** Decimal. */
  readonly offset: string;
}

/** A record's place in the cluster. */
export interface RecordAddress extends RecordPlace {
  readonly topic: string;
}

/** What a dead-letter record says of its failure. What it does not say is `undefined`. */
export interface DeadLetterSummary extends RecordPlace {
  /** Milliseconds since the epoch. */
  readonly timestamp: number | undefined;
  readonly key: Uint8Array | null;
  /** Bytes of the value; `undefined` for a record without one. */
  readonly valueSize: number | undefined;
  /** The software that wrote it. */
  readonly writer: string | undefined;
  readonly originalTopic: string | undefined;
  readonly originalPartition: number | undefined;
  /** Decimal. */
  readonly originalOffset: string | undefined;
  /** Milliseconds since the epoch. */
  readonly originalTimestamp: number | undefined;
  /** The consumer group that failed. */
  readonly groupId: string | undefined;
  readonly attempts: number | undefined;
  /** Milliseconds since the epoch. */
  readonly firstFailure: number | undefined;
  readonly errorClass: string | undefined;
  readonly errorMessage: string | undefined;
  /** The trace in which it failed: 32 hexadecimal digits. */
  readonly traceId: string | undefined;
  /** The trace in which it was first sent, where that is known. */
  readonly originTraceId: string | undefined;
  /** How often it was replayed before. */
  readonly replays: number;
}

/** A dead-letter record as a whole. */
export interface DeadLetter extends DeadLetterSummary {
  readonly value: Uint8Array | null;
  /** In the order of the record as far as it is known; a name may stand there more than once. */
  readonly headers: readonly (readonly [name: string, value: Uint8Array | null])[];
}

/** Which records to send again: all that fit each given field. */
export interface ReplayRequest {
  readonly topic: string;
  readonly dryRun: boolean;
  readonly errorClass?: string;
  readonly traceId?: string;
  /** This one record. */
  readonly record?: RecordPlace;
}

/** What a replay did. */
export interface ReplayReport {
  readonly dryRun: boolean;
  /** How it ended, as `at the end`. */
  readonly ended: string;
  /** Records by outcome, in words: `replayed`, `filtered`. */
  readonly counts: Readonly<Record<string, number>>;
  /** The first records that were sent, or would be. */
  readonly sent: readonly SentRecord[];
  /** Records that could not be sent, and why. */
  readonly problems: readonly (RecordPlace & { readonly reason: string })[];
  /** Facts that whoever replays should know. */
  readonly notes: readonly string[];
  readonly durationMs: number;
  /** The trace that the replay made; `undefined` where nothing traces it. */
  readonly traceId: string | undefined;
}

/** A record that was sent, or would be. */
export interface SentRecord extends RecordPlace {
  /** The topic that it was sent to. */
  readonly to: string | undefined;
  readonly errorClass: string | undefined;
  readonly traceId: string | undefined;
}

/** The way in which work of a provider is watched and ended. */
export interface ProviderRun {
  /** Aborted when whoever asked for it has gone, or has enough. */
  readonly signal: AbortSignal;
  /** Tells how far it is, in a few words: `120 records read`. May be called for each record. */
  readonly progress: (words: string) => void;
}
