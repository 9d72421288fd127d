import type { ClientIdentity, MessageLike, PartitionOffset } from './message.ts';

/** What a client hands over for one partition, in the shape of the port. */
interface PortBatchPayload {
  readonly batch: {
    readonly topic: string;
    readonly partition: number;
    readonly messages: readonly MessageLike[];
    lastOffset(): string;
  };
  resolveOffset(offset: string): void;
  heartbeat(): Promise<void>;
  commitOffsetsIfNecessary(offsets?: never): Promise<void>;
  isRunning(): boolean;
  isStale(): boolean;
}

/** Consumption by handlers, which kafkajs and Confluent's client have. */
export interface PortRunConfig {
  readonly eachMessage?: (payload: { readonly topic: string; readonly partition: number; readonly message: MessageLike }) => Promise<void>;
  readonly eachBatch?: (payload: PortBatchPayload) => Promise<void>;
  readonly eachBatchAutoResolve?: boolean;
}

type Run = (config?: PortRunConfig) => Promise<void>;
type Commit = (offsets?: readonly PartitionOffset[]) => Promise<void>;

/** How the wrapper traces the ways in which clients hand messages over. */
interface TraceDeliveries {
  /** Whether spans are made; asked at each call, as a tracer provider may be registered late. */
  isTraced(): boolean;
  /** Tells the wrapper what the client has just said of itself. */
  learn(identity: ClientIdentity): void;
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
