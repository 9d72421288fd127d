import type { Admin, KafkaMessage } from 'kafkajs';
import { warnOnce } from '../contain.ts';
import { errorMessage } from '../error-type.ts';
import { attemptMemory, type AttemptMemory } from './attempt-memory.ts';
import { DoneAbove } from './done-above.ts';
import type { RetrySource } from './retry-topics.ts';
import type { MessagePlace } from './subscription-events.ts';

/** What is known of a partition from its assignment to the next. */
export class PartitionState {
  /** Offsets that need not be handled again. */
  done: DoneAbove;
  /** By offset, of messages that were tried and are still here. */
  readonly attempts: Map<string, AttemptMemory> = new Map();
  /** How often it has stopped at the same message. */
  stops = 0;

  constructor(done: DoneAbove) {
    this.done = done;
  }

  /** @param source of a retry topic */
  memoryOf(place: MessagePlace, message: KafkaMessage, source: RetrySource | undefined): AttemptMemory {
    const known = this.attempts.size === 0 ? undefined : this.attempts.get(place.offset);
    return known ?? attemptMemory(place, message, source);
  }
}

/** The partitions of one generation of the group. */
export class Assignment {
  readonly #states = new Map<string, PartitionState>();
  readonly #committed: Promise<ReadonlyMap<string, DoneAbove>>;

  /** @param committed what the group had done above its commits when it began */
  constructor(committed: Promise<ReadonlyMap<string, DoneAbove>>) {
    this.#committed = committed;
  }

  async state(topic: string, partition: number): Promise<PartitionState> {
    const key = partitionKey(topic, partition);
    const committed = await this.#committed;
    let state = this.#states.get(key);
    if (state === undefined) {
      state = new PartitionState(committed.get(key) ?? DoneAbove.none);
      this.#states.set(key, state);
    }
    return state;
  }
}

/** Reads what the group had done above its commits. When it cannot be read, that is done again: never rejects. */
export async function committedAbove(admin: Admin, groupId: string, topics: readonly string[]): Promise<ReadonlyMap<string, DoneAbove>> {
  const found = new Map<string, DoneAbove>();
  try {
    for (const { topic, partitions } of await admin.fetchOffsets({ groupId, topics: [...topics] }))
      for (const { partition, offset, metadata } of partitions)
        found.set(partitionKey(topic, partition), DoneAbove.fromMetadata(offset, metadata));
  } catch (error) {
    warnOnce(
      'reading commits',
      `Messages above the committed offsets may be handled again, as reading the commits failed: ${errorMessage(error)}`,
      admin,
    );
  }
  return found;
}

/** Topic names have no slash. */
export function partitionKey(topic: string, partition: number): string {
  return `${topic}/${partition}`;
}
