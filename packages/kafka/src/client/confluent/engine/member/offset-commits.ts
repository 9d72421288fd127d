import type { CommitPosition } from '../../../port/group-member.ts';
import { partitionKey } from '../../../port/topic-partition.ts';
import { portError } from '../binding/client-errors.ts';
import type { Consumer } from '../binding/shapes.ts';

// Milliseconds after which a commit counts as lost.
const longest = 30_000;

interface Unanswered {
  readonly offset: number;
  readonly settle: (error: unknown) => void;
}

/**
 * Commits that are over when the broker has answered. The client's own `commitCb` (1.10.1) calls back before the request is sent, and its
 * answer for several partitions at once tells of no partition that was refused while another one was not: each has a request of its own.
 */
export class OffsetCommits {
  readonly #consumer: Pick<Consumer, 'commit'>;
  readonly #unanswered = new Map<string, Unanswered[]>();

  constructor(consumer: Pick<Consumer, 'commit'>) {
    this.#consumer = consumer;
  }

  /** @throws the broker's refusal, as the port has it; what the client throws */
  async commit(positions: readonly CommitPosition[]): Promise<void> {
    await Promise.all(positions.map((position) => this.#commit(position)));
  }

  /** The client's `offset_commit_cb`. */
  answered(error: unknown, places: readonly { readonly topic: string; readonly partition: number; readonly offset: number }[]): void {
    for (const { topic, partition, offset } of places)
      this.#unanswered
        .get(partitionKey(topic, partition))
        ?.find((each) => each.offset === offset)
        ?.settle(error);
  }

  async #commit({ topic, partition, offset, metadata }: CommitPosition): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const settle = (error: unknown): void => (error ? reject(portError(error) as Error) : resolve());
    const timer = setTimeout(() => settle(new Error(`The broker did not answer a commit within ${longest} ms`)), longest);
    const key = partitionKey(topic, partition);
    const unanswered = this.#unanswered.get(key) ?? [];
    this.#unanswered.set(key, unanswered);
    const entry = { offset: Number(offset), settle };
    unanswered.push(entry);
    try {
      this.#consumer.commit([{ topic, partition, offset: entry.offset, metadata }]);
      await promise;
    } catch (error) {
      throw portError(error);
    } finally {
      clearTimeout(timer);
      unanswered.splice(unanswered.indexOf(entry), 1);
      if (unanswered.length === 0) this.#unanswered.delete(key);
    }
  }
}
