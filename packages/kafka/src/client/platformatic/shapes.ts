/** The shapes of `@platformatic/kafka` 2 that its adapter relies on. Key, value and headers are whatever its serializers take. */

export type Callback = (error: unknown, result?: unknown) => void;

export interface MessageToProduce {
  readonly topic: string;
  readonly key?: unknown;
  readonly value?: unknown;
  readonly headers?: ReadonlyMap<unknown, unknown> | Readonly<Record<string, unknown>>;
  readonly partition?: number;
  readonly timestamp?: bigint;
}

export interface SendOptions {
  readonly messages: readonly MessageToProduce[];
  readonly acks?: number;
}

export interface ProduceResult {
  /** The first offset in each partition; absent where no broker answers. */
  readonly offsets?: readonly { readonly topic: string; readonly partition: number; readonly offset: bigint }[];
}

/** What a producer and a transaction have in common. */
export interface Sender {
  send(options: SendOptions): Promise<ProduceResult>;
}

export interface Transaction extends Sender {
  addOffset(message: ConsumedMessage): Promise<void>;
  commit(): Promise<void>;
  abort(): Promise<void>;
}

export interface Producer extends Sender {
  readonly clientId?: string;
  /** The one that is open. */
  readonly transaction?: Transaction;
  beginTransaction(options?: unknown): Promise<Transaction>;
  asStream(options?: unknown): unknown;
}

export interface ConsumedMessage {
  readonly topic: string;
  readonly partition: number;
  /** `undefined` for a null key. */
  readonly key: unknown;
  /** `undefined` for a tombstone. */
  readonly value: unknown;
  /** The last of a repeated one only. */
  readonly headers?: ReadonlyMap<unknown, unknown>;
  /** Every header in its order; absent in older versions. */
  readonly headerEntries?: readonly (readonly [unknown, unknown])[];
  readonly timestamp: bigint;
  readonly offset: bigint;
  readonly metadata?: { readonly consumer?: { readonly groupId?: string } };
}

export interface MessagesStream extends AsyncIterable<ConsumedMessage> {
  readonly consumer: object;
  readonly offsetsToCommit: object;
}

export interface CommitOptions {
  readonly offsets: readonly { readonly topic: string; readonly partition: number; readonly offset: bigint }[];
}

export interface Consumer {
  readonly groupId?: string;
  readonly clientId?: string;
  consume(options: unknown): Promise<MessagesStream>;
  commit(options: CommitOptions): Promise<void>;
}
