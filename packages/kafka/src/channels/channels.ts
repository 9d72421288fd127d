import { channel, tracingChannel, type Channel, type TracingChannel } from 'node:diagnostics_channel';
import type { MessageLike, PartitionOffset, TopicMessagesLike } from '../client/kafka-client.ts';
import type { TopicPartition, TopicPartitionOffset } from '../client/record.ts';

/** Members that are set while an operation runs; none of the messages may be written to by a subscriber. */
interface Ending {
  /** What the operation returned or resolved with; set before `asyncStart`. */
  result?: unknown;
  /** What the operation threw or rejected with, the same object; set before `error`. */
  error?: unknown;
}

/** A message of `tracelink:kafka:send`: one call of the client's `send` or `sendBatch`. */
export interface SendMessage extends Ending {
  /** What the client gets: the caller's messages, with the headers that were written for this send. */
  readonly topicMessages: readonly TopicMessagesLike[];
}

/** A message of `tracelink:kafka:process`: one run of a handler of `wrapConsumer` or `forEachMessage`. */
export interface ProcessMessage extends TopicPartition, Ending {
  /** `undefined` until the consumer has joined. */
  readonly groupId: string | undefined;
  /** One; all of its batch for `eachBatch`. */
  readonly messages: readonly MessageLike[];
}

/** A message of `tracelink:kafka:attempt`: one attempt of `subscribe` at a message, from its decoding until what becomes of it is done. */
export interface AttemptMessage extends TopicPartitionOffset, Ending {
  readonly groupId: string;
  /** Counts from 1. */
  readonly attempt: number;
  readonly message: MessageLike;
  /** A value of `tracelink.delivery.outcome`; set before `asyncStart`. */
  outcome?: string;
}

/** A message of `tracelink:kafka:commit`: one commit of offsets, asked for by the application or by `subscribe`. */
export interface CommitMessage extends Ending {
  readonly groupId: string | undefined;
  /** The next offsets to read. */
  readonly offsets: readonly PartitionOffset[];
}

/** A message of `tracelink:kafka:dead-letter`: all in-sync replicas have the dead-letter record of a message. */
export interface DeadLetterMessage extends TopicPartitionOffset {
  readonly groupId: string;
  readonly deadLetterTopic: string;
  /** Attempts that were made, in all. */
  readonly attempts: number;
  /** The error of the last attempt, the same object. */
  readonly error: unknown;
}

/** The messages of the diagnostics channels, by the name of the channel. All but the last are tracing channels of Node. */
export interface ChannelMessages {
  readonly 'tracelink:kafka:send': SendMessage;
  readonly 'tracelink:kafka:process': ProcessMessage;
  readonly 'tracelink:kafka:attempt': AttemptMessage;
  readonly 'tracelink:kafka:commit': CommitMessage;
  readonly 'tracelink:kafka:dead-letter': DeadLetterMessage;
}

/** A tracing channel for operations whose messages are `M`. */
export type OperationChannel<M extends Ending> = TracingChannel<unknown, M>;

/** The channels. This module is the one that names them. */
export const channels: {
  readonly send: OperationChannel<SendMessage>;
  readonly process: OperationChannel<ProcessMessage>;
  readonly attempt: OperationChannel<AttemptMessage>;
  readonly commit: OperationChannel<CommitMessage>;
  readonly deadLetter: Channel<unknown, DeadLetterMessage>;
} = {
  send: tracingChannel<unknown, SendMessage>('tracelink:kafka:send'),
  process: tracingChannel<unknown, ProcessMessage>('tracelink:kafka:process'),
  attempt: tracingChannel<unknown, AttemptMessage>('tracelink:kafka:attempt'),
  commit: tracingChannel<unknown, CommitMessage>('tracelink:kafka:commit'),
  deadLetter: channel('tracelink:kafka:dead-letter') as Channel<unknown, DeadLetterMessage>,
};
