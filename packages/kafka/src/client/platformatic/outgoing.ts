import { copyWith, type MessageLike, type RecordMetadataLike, type TopicMessagesLike } from '../port/message.ts';
import type { HeaderWriter } from './header-writer.ts';
import type { MessageToProduce, ProduceResult, SendOptions } from './shapes.ts';

/** Whether the argument of `send` can be traced; otherwise the client judges it. */
export function isSendOptions(options: unknown): options is SendOptions {
  if (typeof options !== 'object' || options === null) return false;
  const { messages } = options as Partial<SendOptions>;
  return Array.isArray(messages) && messages.every(isMessage);
}

function isMessage(message: Partial<MessageToProduce> | null | undefined): boolean {
  return typeof message === 'object' && message !== null && typeof message.topic === 'string';
}

/** Where a message of a call is in the entries. */
interface Place {
  readonly entry: number;
  readonly index: number;
}

/** What the client (2.12.1) takes beside the messages, for a call in place of all calls of the producer. */
const sendFields: readonly string[] = [
  'acks',
  'autocreateTopics',
  'compression',
  'idempotent',
  'partitioner',
  'producerEpoch',
  'producerId',
  'repeatOnStaleMetadata',
  'transactionalId',
];

/** One call of `send`: its messages by topic, in the shape of the port. */
export class Outgoing {
  readonly entries: readonly TopicMessagesLike[];
  readonly #options: SendOptions;
  /** Of each message of the call; `undefined` where all have one topic, as in most calls. */
  readonly #places: readonly Place[] | undefined;

  constructor(options: SendOptions) {
    this.#options = options;
    const { messages } = options;
    const topic = onlyTopic(messages);
    if (topic !== undefined) {
      this.entries = [{ topic, messages: messages.map(viewOf) }];
      return;
    }
    const entries: { topic: string; messages: MessageLike[] }[] = [];
    const byTopic = new Map<string, number>();
    this.#places = messages.map((message) => {
      const entry = byTopic.get(message.topic) ?? entries.push({ topic: message.topic, messages: [] }) - 1;
      byTopic.set(message.topic, entry);
      return { entry, index: (entries[entry]?.messages.push(viewOf(message)) ?? 0) - 1 };
    });
    this.entries = entries;
  }

  /**
   * The argument for the client: the caller's own messages, or copies with the headers that were written. The options are a copy in any case,
   * as the client writes its defaults into what it is given.
   *
   * @param written the entries, or copies of them with other messages at the same places
   */
  options(written: readonly TopicMessagesLike[], headers: HeaderWriter): SendOptions {
    const messages = this.#options.messages.map((message, position) => {
      const place = this.#places?.[position];
      const [entry, index] = place === undefined ? [0, position] : [place.entry, place.index];
      const before = this.entries[entry]?.messages[index];
      const after = written[entry]?.messages[index];
      if (after === undefined || after === before) return message;
      return copyWith(message, { headers: headers.headers(message.headers, after.headers) as NonNullable<MessageToProduce['headers']> });
    });
    return copyWith(this.#options, { messages }, sendFields);
  }
}

function onlyTopic(messages: SendOptions['messages']): string | undefined {
  const topic = messages[0]?.topic;
  return messages.every((message) => message.topic === topic) ? topic : undefined;
}

/**
 * The message as the port has it: its value is never undefined, which this client writes as a tombstone; and it names no partition, as this
 * client takes the remainder by the number of partitions, so that only its answer tells where the message went.
 */
function viewOf(message: MessageToProduce): MessageLike {
  const { key, value = null, headers } = message;
  return message.timestamp === undefined ? { key, value, headers } : { key, value, headers, timestamp: String(message.timestamp) };
}

/** The client's answer as the port has it. It rejects where any partition failed. */
export function answerOf({ offsets = [] }: ProduceResult): readonly RecordMetadataLike[] {
  return offsets.map(({ topic, partition, offset }) => ({ topicName: topic, partition, errorCode: 0, baseOffset: String(offset) }));
}
