/** What a handler is to do with a message: it stands in the message's value. */
export interface ChaosMessage {
  /** Where it was sent to. */
  readonly topic: string;
  /** Its number in the row, from 0. */
  readonly index: number;
  /** `flaky` fails at its first attempt in each member, `late` at all in its place, `poison` at each. */
  readonly fate: 'fine' | 'flaky' | 'late' | 'poison';
  /** Milliseconds that its handler takes. */
  readonly work: number;
}

/** A message at its place. */
export interface SentMessage extends Omit<ChaosMessage, 'topic'> {
  readonly key: string;
  readonly partition: number;
  /** As the first one of an empty partition has 0 and producers here are idempotent, its number in the partition. */
  readonly offset: number;
  /** Which log it is in: there is another one when the topic is created again, and on another cluster. */
  readonly incarnation: number;
}

/** What is sent in a row. */
export interface Traffic {
  readonly count: number;
  /** Different keys; each has a partition of its own choice, by number. */
  readonly keys: number;
  readonly partitions: number;
  /** Milliseconds that a handler takes. @default from 0 to 3 */
  readonly work?: (index: number) => number;
  /** @default all are fine */
  readonly fate?: (index: number) => ChaosMessage['fate'];
  /** As many are sent at once, and so fetched at once at least. @default 36 */
  readonly batch?: number;
}

/**
 * The messages of a row, in the order in which they are sent.
 *
 * @param before what was sent before; numbers go on from there, offsets in the same incarnation of the topic
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
    // The same key has the same partition: with another number of partitions it is another key.
    return { index, key: `key ${key} of ${partitions}`, partition, offset, incarnation, fate: fate(index), work: work(index) };
  });
}

/** Where each partition ends that holds messages of an incarnation. */
export function endsOf(messages: readonly SentMessage[], incarnation: number): Map<number, number> {
  const ends = new Map<number, number>();
  for (const { incarnation: log, partition, offset } of messages)
    if (log === incarnation && offset >= (ends.get(partition) ?? 0)) ends.set(partition, offset + 1);
  return ends;
}
