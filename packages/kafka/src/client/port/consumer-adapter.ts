import type { LearnedIdentity, MessageLike, PartitionOffset } from './message.ts';
import type { OffsetsByTopic } from './producer-adapter.ts';

/** What `eachMessage` is called with. */
export interface EachMessagePayloadLike {
  readonly topic: string;
  readonly partition: number;
  readonly message: MessageLike;
}

/** What a client hands over for one partition. */
export interface BatchLike {
  readonly topic: string;
  readonly partition: number;
  readonly messages: readonly MessageLike[];
  lastOffset(): string;
}

/** What `eachBatch` is called with. */
export interface EachBatchPayloadLike {
  readonly batch: BatchLike;
  /** @param leaderEpoch the message's, which Confluent's client commits with the offset; kafkajs takes none */
  resolveOffset(offset: string, leaderEpoch?: number): void;
  heartbeat(): Promise<void>;
  commitOffsetsIfNecessary(offsets?: OffsetsByTopic): Promise<void>;
  isRunning(): boolean;
  isStale(): boolean;
}

/** Consumption by handlers, which kafkajs and Confluent's client have. */
export interface RunConfigLike {
  readonly eachMessage?: (payload: EachMessagePayloadLike) => Promise<void>;
  readonly eachBatch?: (payload: EachBatchPayloadLike) => Promise<void>;
  readonly eachBatchAutoResolve?: boolean;
  /** @default true; of kafkajs alone */
  readonly autoCommit?: boolean;
}

/** A consumer that reports which partitions the application has paused; a client without `paused` counts as never paused. */
export interface PausableLike {
  paused?(): readonly { readonly topic: string; readonly partitions?: readonly number[] }[];
}

/** A consumer with handlers. */
export interface ConsumerLike extends PausableLike {
  run(config?: RunConfigLike): Promise<void>;
  commitOffsets(offsets?: readonly PartitionOffset[]): Promise<void>;
}

type Run = (config?: RunConfigLike) => Promise<void>;
type Commit = (offsets?: readonly PartitionOffset[]) => Promise<void>;

/** How the wrapper traces the ways in which clients hand messages over. */
interface TraceDeliveries {
  /** Whether spans are made; asked at each call, as a tracer provider may be registered late. */
  isTraced(): boolean;
  /** Tells the wrapper what the client has just said of itself. */
  learn(identity: LearnedIdentity): void;
  run(run: Run): Run;
  commit(commit: Commit): Commit;
  /** A stream whose loop (`for await`) and whose `forEachMessage` are traced. @returns the same stream */
  stream<S extends object>(adapter: StreamAdapter, stream: S): S;
}

/** One client library's consumers, see `ProducerAdapter`. */
export interface ConsumerAdapter {
  fits(consumer: object): boolean;
  /** The members of the client's own interface that are replaced. */
  traced(consumer: object, trace: TraceDeliveries): object;
  /** Whether a payload of `eachBatch` is this library's and its commit without offsets is made at once, due or not. Absent: none is. */
  commitsAtOnce?(payload: object): boolean;
}

/** A record as a stream delivers it. */
export interface StreamedRecord {
  readonly topic: string;
  readonly partition: number;
  /** As the port has it. */
  readonly message: MessageLike;
  /** The client's own object, which handlers get. */
  readonly original: object;
}

/** One client library's streams of messages. */
export interface StreamAdapter {
  fits(stream: object): boolean;
  /** The client's own loop over the stream, whatever was put around it. */
  iterate(stream: object): AsyncIterator<object>;
  record(message: object): StreamedRecord;
}
