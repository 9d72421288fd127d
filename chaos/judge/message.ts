/** What a handler does with a message: it is in the message's value. */
export interface ChaosMessage {
  /** The topic that it was sent to. */
  readonly topic: string;
  /** Its number in the row, from 0. */
  readonly index: number;
  /** `flaky` fails at its first attempt in each member, `late` at all attempts in place, `poison` at each. */
  readonly fate: 'fine' | 'flaky' | 'late' | 'poison';
  /** The duration of its handler in milliseconds. */
  readonly work: number;
}

/** A message with its partition and offset. */
export interface SentMessage extends Omit<ChaosMessage, 'topic'> {
  readonly key: string;
  readonly partition: number;
  /** Its number in the partition: the first offset of an empty partition is 0 and the producers here are idempotent. */
  readonly offset: number;
  /** Its log: there is another one when the topic is created again, and on another cluster. */
  readonly incarnation: number;
}

/** The messages of a row. */
export interface Traffic {
  readonly count: number;
  /** The number of different keys; each is in one partition, by number. */
  readonly keys: number;
  readonly partitions: number;
  /** The duration of a handler in milliseconds. @default from 0 to 3 */
  readonly work?: (index: number) => number;
  /** @default all are fine */
  readonly fate?: (index: number) => ChaosMessage['fate'];
  /** The number of messages in one request, and so the least in one fetch. @default 36 */
  readonly batch?: number;
}

/**
 * The messages of a row, in the order in which they are sent.
 *
 * @param before the messages sent before; numbers continue from there, and so do offsets in the same incarnation of the topic
 * @param copies what a mirror has written: these take offsets, and no numbers
 */
export function messagesOf(
  { count, keys, partitions, work = (index) => index % 4, fate = () => 'fine' }: Traffic,
  {
    before = [],
    incarnation = 0,
    copies = [],
  }: { readonly before?: readonly SentMessage[]; readonly incarnation?: number; readonly copies?: readonly SentMessage[] } = {},
): readonly SentMessage[] {
  const ends = endsOf([...before, ...copies], incarnation);
  return Array.from({ length: count }, (_, nth) => {
    const index = before.length + nth;
    const key = index % keys;
    const partition = key % partitions;
    const offset = ends.get(partition) ?? 0;
    ends.set(partition, offset + 1);
    // A key stays in its partition: with another number of partitions it is another key.
    return { index, key: `key ${key} of ${partitions}`, partition, offset, incarnation, fate: fate(index), work: work(index) };
  });
}

/** The end of each partition that holds messages of an incarnation. */
export function endsOf(messages: readonly SentMessage[], incarnation: number): Map<number, number> {
  const ends = new Map<number, number>();
  for (const { incarnation: log, partition, offset } of messages)
    if (log === incarnation && offset >= (ends.get(partition) ?? 0)) ends.set(partition, offset + 1);
  return ends;
}
