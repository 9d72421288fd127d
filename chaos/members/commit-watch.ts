import { setTimeout as pause } from 'node:timers/promises';
import type { Admin, Kafka } from 'kafkajs';
import { inTime } from '../brokers/in-time.ts';
import type { CommittedPosition } from '../judge/journal.ts';

/** What to watch. */
export interface WatchedGroup {
  /** The cluster on which the group works at present. */
  readonly kafka: () => Kafka;
  readonly groupId: string;
  readonly topic: string;
  /** The current end of each partition. */
  readonly ends: () => ReadonlyMap<number, number>;
  /** Topics whose end the group must reach, too, in this order: a message goes from one to the next. */
  readonly retryTopics: readonly string[];
  /** Called with each new position. */
  readonly saw: (position: CommittedPosition) => void;
}

/** Polls a group's commits four times a second. */
export class CommitWatch {
  readonly #group: WatchedGroup;
  readonly #last = new Map<number, string>();
  /** What was last seen before topics were changed: brokers remove the commits of a deleted topic some time later. */
  #before: ReadonlyMap<number, string> = new Map();
  /** Callers that wait for a poll that starts after their call. */
  #waiting: (() => void)[] = [];
  #admin: Admin | undefined;

  constructor(group: WatchedGroup) {
    this.#group = group;
  }

  /** Polls until the signal is aborted; a poll without an answer is repeated. */
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
   * Resolves when the commits are at the end of every partition, and no retry is scheduled.
   *
   * @throws when it takes longer than `within` milliseconds, or the signal is aborted
   */
  async caughtUp(signal: AbortSignal, within: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.push(resolve);
    await inTime(promise, { what: 'Everything is committed', within, signal });
  }

  /** Topics were changed: earlier positions mean nothing, also those of polls in flight. */
  async forgetTopics(): Promise<void> {
    const before = this.#admin;
    this.#admin = undefined;
    this.#before = new Map([...this.#before, ...this.#last]);
    this.#last.clear();
    await before?.disconnect();
  }

  async #look(): Promise<boolean> {
    const { kafka, groupId, topic, ends: endsOf, retryTopics, saw } = this.#group;
    const ends = endsOf();
    if (this.#admin === undefined) await (this.#admin = kafka().admin()).connect();
    const admin = this.#admin;
    const [found] = await admin.fetchOffsets({ groupId, topics: [topic] });
    // The poll started before topics were changed.
    if (admin !== this.#admin) return false;
    // -1 is no commit, and so is the -2 that kafkajs writes when a position is out of range, until the member has found its position.
    const positions = (found?.partitions ?? []).filter(({ offset }) => Number(offset) >= 0);
    for (const { partition, offset, metadata } of positions) {
      const position = `${offset}/${metadata}`;
      if (this.#last.get(partition) === position || this.#before.get(partition) === position) continue;
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
