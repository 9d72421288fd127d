import { doneRanges } from './done-ranges.ts';
import type { CommittedPosition, Entry } from './journal.ts';
import type { SentMessage } from './message.ts';

/** What the broker says is committed, beside what members say. */
export type Sighting = { readonly kind: 'seen'; readonly at: number } & CommittedPosition;

/** How a row went. */
export interface Outcome {
  readonly sent: number;
  /** Messages that were handled, each once. */
  readonly handled: number;
  /** How often one was handled, or written as a dead letter, again. */
  readonly repeated: number;
  readonly deadLettered: number;
  /** Neither handled nor a dead letter. */
  readonly lost: number;
  /** Messages of a key that were begun for the first time before the one in front of them was done. */
  readonly outOfOrder: number;
  /** Commits that passed a message that was not done then. */
  readonly overtaken: number;
  /** Messages that were begun again after a commit that says that they are done was acknowledged. */
  readonly needless: number;
  /** Of members that ended in order. */
  readonly openSpans: number;
  /** What must not be, in words. */
  readonly violations: readonly string[];
}

const namedViolations = 5;

/**
 * Goes through what happened, in the order in which it did.
 *
 * @param entries of all members, and what the broker said
 * @param deadLetters the messages in the dead-letter topic, by number, as often as they are there
 */
export function outcomeOf(sent: readonly SentMessage[], entries: readonly (Entry | Sighting)[], deadLetters: readonly number[]): Outcome {
  const violations: string[] = [];
  const partitions = byPartition(sent);
  const previous = previousOfKey(sent);
  const times = new Map<number, number>();
  const begun = new Set<number>();
  const done = new Set<number>();
  const watermarks = new Map<number, number>();
  const seen = new Map<number, bigint>();
  let outOfOrder = 0;
  let overtaken = 0;
  let needless = 0;
  const acknowledged = new Set<number>();
  const watermarksAcknowledged = new Map<number, number>();
  let openSpans = 0;
  const violated = (text: string): void => void violations.push(text);
  const indexAt = (partition: number, offset: bigint): number | undefined => partitions.get(partition)?.[Number(offset)];
  /** The first message that is not done of those that a position says are. */
  const unfinished = ({ partition, offset, metadata }: CommittedPosition): number | undefined => {
    const indexes = partitions.get(partition) ?? [];
    let next = watermarks.get(partition) ?? 0;
    while (next < indexes.length && done.has(indexes[next] as number)) next++;
    watermarks.set(partition, next);
    if (BigInt(offset) > next) return indexes[next];
    for (const [first, last] of doneRanges(offset, metadata))
      for (let above = first; above <= last; above++) {
        const index = indexAt(partition, above);
        if (index === undefined || !done.has(index)) return index;
      }
    return undefined;
  };
  /** What a position says is done, but for what an earlier one of its partition has said before. */
  const saidDone = function* ({ partition, offset, metadata }: CommittedPosition): Generator<number> {
    const indexes = partitions.get(partition) ?? [];
    const before = watermarksAcknowledged.get(partition) ?? 0;
    yield* indexes.slice(before, Number(offset));
    watermarksAcknowledged.set(partition, Math.max(before, Number(offset)));
    for (const [first, last] of doneRanges(offset, metadata)) yield* indexes.slice(Number(first), Number(last) + 1);
  };

  for (const entry of entries.toSorted((one, other) => one.at - other.at)) {
    switch (entry.kind) {
      case 'begun': {
        const before = previous.get(entry.index);
        if (before !== undefined && !begun.has(entry.index) && !done.has(before)) {
          outOfOrder++;
          violated(`message ${entry.index} was begun before ${before} was done`);
        }
        begun.add(entry.index);
        if (entry.attempt === 1 && acknowledged.has(entry.index)) needless++;
        break;
      }
      case 'finished':
        done.add(entry.index);
        times.set(entry.index, (times.get(entry.index) ?? 0) + 1);
        break;
      case 'dead-lettered': {
        const index = indexAt(entry.partition, BigInt(entry.offset));
        if (index !== undefined) done.add(index);
        break;
      }
      case 'committed':
        for (const index of saidDone(entry)) acknowledged.add(index);
        break;
      case 'commit-asked':
      case 'seen': {
        const passed = unfinished(entry);
        if (passed !== undefined) {
          overtaken++;
          violated(`a commit of ${entry.offset} (${entry.metadata ?? ''}) of partition ${entry.partition} passed message ${passed}`);
        }
        if (entry.kind === 'commit-asked') break;
        if (BigInt(entry.offset) < (seen.get(entry.partition) ?? 0n))
          violated(`the commit of partition ${entry.partition} went back to ${entry.offset}`);
        seen.set(entry.partition, BigInt(entry.offset));
        break;
      }
      case 'crashed':
        violated(`a subscription crashed: ${entry.error}`);
        break;
      case 'ended':
        openSpans += entry.spansOpen;
        break;
      default:
    }
  }
  const dead = new Set(deadLetters);
  for (const index of dead)
    if (sent[index]?.fate !== 'poison') violated(`message ${index} is a dead letter, and nothing was wrong with it`);
  return {
    sent: sent.length,
    handled: times.size,
    repeated: [...times.values()].reduce((sum, often) => sum + often - 1, 0) + deadLetters.length - dead.size,
    deadLettered: dead.size,
    lost: sent.filter(({ index }) => !times.has(index) && !dead.has(index)).length,
    outOfOrder,
    overtaken,
    needless,
    openSpans,
    violations:
      violations.length > namedViolations
        ? [...violations.slice(0, namedViolations), `and ${violations.length - namedViolations} more`]
        : violations,
  };
}

/** The numbers of each partition's messages, by offset. */
function byPartition(sent: readonly SentMessage[]): ReadonlyMap<number, readonly number[]> {
  const found = new Map<number, number[]>();
  for (const { partition, offset, index } of sent) {
    const indexes = found.get(partition) ?? [];
    indexes[offset] = index;
    found.set(partition, indexes);
  }
  return found;
}

/** The number of the message in front of each in its key; none for the first. */
function previousOfKey(sent: readonly SentMessage[]): ReadonlyMap<number, number> {
  const last = new Map<string, number>();
  const previous = new Map<number, number>();
  for (const { key, index } of sent) {
    const before = last.get(key);
    if (before !== undefined) previous.set(index, before);
    last.set(key, index);
  }
  return previous;
}
