/** What a handler is to do with a message: it stands in the message's value. */
export interface ChaosMessage {
  /** Its number in the row, from 0. */
  readonly index: number;
  /** `flaky` fails at its first attempt in each member, `late` at all in its place, `poison` at each. */
  readonly fate: 'fine' | 'flaky' | 'late' | 'poison';
  /** Milliseconds that its handler takes. */
  readonly work: number;
}

/** A message at its place. */
export interface SentMessage extends ChaosMessage {
  readonly key: string;
  readonly partition: number;
  /** As the first one of an empty partition has 0 and producers here are idempotent, its number in the partition. */
  readonly offset: number;
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

/** The messages of a row, in the order in which they are sent. */
export function messagesOf({ count, keys, partitions, work = (index) => index % 4, fate = () => 'fine' }: Traffic): readonly SentMessage[] {
  const ends = Array.from({ length: partitions }, () => 0);
  return Array.from({ length: count }, (_, index) => {
    const key = index % keys;
    const partition = key % partitions;
    const offset = ends[partition] ?? 0;
    ends[partition] = offset + 1;
    return { index, key: `key ${key}`, partition, offset, fate: fate(index), work: work(index) };
  });
}
