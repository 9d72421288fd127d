import type { ConsumerOptions, ProducerOptions } from '@tracelink/kafka';

/** A message to send, in a form that every client's can be made of. */
export interface Outgoing {
  readonly topic: string;
  /** @default null */
  readonly key?: string | null;
  /** `null`: a tombstone. */
  readonly value: string | null;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A message as a handler got it. */
export interface Incoming {
  readonly value: string | null;
  /** The client's own object. */
  readonly message: object;
}

/** Sends by one wrapped producer. */
export interface Sender {
  /** One call of the client's method for several messages, with input that is frozen through and through. */
  send(messages: readonly Outgoing[]): Promise<void>;
  /** Sends the value and the headers that a handler got, the client's own objects, to another topic. */
  forward(incoming: Incoming, topic: string): Promise<void>;
}

/** A transaction of a wrapped producer. */
interface Transactional extends Sender {
  commit(): Promise<void>;
  abort(): Promise<void>;
}

/** How an application consumes: one message at a time, or by the client's other way (see {@link TestClient.loop}). */
type Way = 'each' | 'loop';

export interface Consumption {
  /** Commits, by the consumer's own method, the offset after the first message of partition 0. */
  commit(): Promise<void>;
  /** Ends as the application would end it. */
  close(): Promise<void>;
  /** What the consumption ended with, where the client hands a handler's error back to the application. */
  readonly ended: Promise<unknown>;
}

export interface ConsumeOptions {
  readonly topic: string;
  readonly way: Way;
  readonly handle: (incoming: Incoming) => Promise<void>;
  readonly options?: ConsumerOptions;
}

/** The clients of one library on the broker under test. */
export interface Session extends AsyncDisposable {
  producer(options?: ProducerOptions): Promise<Sender>;
  /** A transaction of a new producer. */
  transaction(options?: ProducerOptions): Promise<Transactional>;
  consume(options: ConsumeOptions): Promise<Consumption>;
}

/** A client library whose wrappers keep the contract. */
export interface TestClient {
  readonly name: string;
  /** What the second way is, in the titles of tests. */
  readonly loop: 'eachBatch' | 'for await';
  /** Whether a message whose handler failed is delivered again by the client itself. */
  readonly redelivers: boolean;
  /** @throws Error where the library is not installed */
  open(brokers: string[], clientId: string, groupId: string): Promise<Session>;
}

/** Freezes plain objects and lists, and what is in them. */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
  for (const member of Object.values(value)) deepFreeze(member);
  return Object.freeze(value);
}
