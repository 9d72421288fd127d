import { setTimeout as pause } from 'node:timers/promises';
import type { Admin, Kafka } from 'kafkajs';
import { inTime } from '../brokers/in-time.ts';
import type { CommittedPosition } from '../judge/journal.ts';

/** What is watched. */
export interface WatchedGroup {
  /** The cluster on which the group works at present. */
  readonly kafka: () => Kafka;
  readonly groupId: string;
  readonly topic: string;
  /** Where each partition ends at present. */
  readonly ends: () => ReadonlyMap<number, number>;
  /** What the group has to come to the end of, too, in this order: a message goes from one to the next. */
  readonly retryTopics: readonly string[];
  /** Gets each position that is new. */
  readonly saw: (position: CommittedPosition) => void;
}

/** Asks the broker for a group's commits four times a second. */
export class CommitWatch {
  readonly #group: WatchedGroup;
  readonly #last = new Map<number, string>();
  /** Those who wait for a look that begins after they asked. */
  #waiting: (() => void)[] = [];
  #admin: Admin | undefined;

  constructor(group: WatchedGroup) {
    this.#group = group;
  }

  /** Looks until the signal is aborted; what a broker that is away does not answer is asked again. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const asked = this.#waiting;
      this.#waiting = [];
      const isComplete = await this.#look().catch(() => false);
      if (isComplete) for (const resolve of asked) resolve();
      else this.#waiting.push(...asked);
      await pause(250, undefined, { signal }).catch(() => {});
    }
    await this.#admin?.disconnect();
  }

  /**
   * Resolves when the commits are at the end of every partition, and nothing waits to be tried later.
   *
   * @throws when it takes longer than `within`, milliseconds, or the signal is aborted
   */
  async caughtUp(signal: AbortSignal, within: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.push(resolve);
    await inTime(promise, { what: 'Everything is committed', within, signal });
  }

  /** Topics were changed: positions that were asked for before mean nothing, also those that are being asked for now. */
  async forgetTopics(): Promise<void> {
    const before = this.#admin;
    this.#admin = undefined;
    this.#last.clear();
    await before?.disconnect();
  }

  async #look(): Promise<boolean> {
    const { kafka, groupId, topic, ends: endsOf, retryTopics, saw } = this.#group;
    const ends = endsOf();
    if (this.#admin === undefined) await (this.#admin = kafka().admin()).connect();
    const admin = this.#admin;
    const [found] = await admin.fetchOffsets({ groupId, topics: [topic] });
    // It was asked before topics were changed.
    if (admin !== this.#admin) return false;
    // -1 is no commit, and so is the -2 that kafkajs writes when a position is out of range, until the member has found its place.
    const positions = (found?.partitions ?? []).filter(({ offset }) => Number(offset) >= 0);
    for (const { partition, offset, metadata } of positions) {
      const position = `${offset}/${metadata}`;
      if (this.#last.get(partition) === position) continue;
      this.#last.set(partition, position);
      saw({ partition, offset, metadata });
    }
    const committed = new Map(positions.map(({ partition, offset }) => [partition, Number(offset)]));
    if (![...ends].every(([partition, end]) => committed.get(partition) === end)) return false;
    for (const retryTopic of retryTopics) if (await isBehind(admin, groupId, retryTopic)) return false;
    return true;
  }
}

async function isBehind(admin: Admin, groupId: string, topic: string): Promise<boolean> {
  const ends = await admin.fetchTopicOffsets(topic);
  const [found] = await admin.fetchOffsets({ groupId, topics: [topic] });
  const committed = new Map((found?.partitions ?? []).map(({ partition, offset }) => [partition, offset]));
  return ends.some(({ partition, low, high }) => low !== high && committed.get(partition) !== high);
}
