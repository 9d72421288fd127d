import type { Admin } from 'kafkajs';

/**
 * Tells whether a topic is still the one that it was. What is written to a topic from now on stands behind what is its end now; in
 * one that was deleted and created again it stands in front.
 */
export class LogIdentity {
  readonly #admin: Admin;
  readonly #topic: string;
  readonly #ends: ReadonlyMap<number, bigint>;
  readonly #since: number;
  /** By partition, where the first record of now or later stands; records of clocks that are ahead are there already. */
  readonly #first: ReadonlyMap<number, bigint>;

  private constructor(admin: Admin, topic: string, ends: ReadonlyMap<number, bigint>, since: number, first: ReadonlyMap<number, bigint>) {
    this.#admin = admin;
    this.#topic = topic;
    this.#ends = ends;
    this.#since = since;
    this.#first = first;
  }

  /** @param ends the end of each partition that matters, as it is now */
  static async of(admin: Admin, topic: string, ends: ReadonlyMap<number, bigint>): Promise<LogIdentity> {
    const since = Date.now();
    return new LogIdentity(admin, topic, ends, since, await firstSince(admin, topic, since));
  }

  async isSame(): Promise<boolean> {
    // Deleted, and not there again: there is nothing that was left out. Asking for its offsets could create it.
    if (!(await this.#admin.listTopics()).includes(this.#topic)) return true;
    const now = await firstSince(this.#admin, this.#topic, this.#since);
    return [...this.#ends].every(([partition, end]) => {
      const first = now.get(partition);
      return first !== undefined && (first >= end || first === this.#first.get(partition));
    });
  }
}

async function firstSince(admin: Admin, topic: string, since: number): Promise<ReadonlyMap<number, bigint>> {
  const found = await admin.fetchTopicOffsetsByTimestamp(topic, since);
  return new Map(found.map(({ partition, offset }) => [partition, BigInt(offset)]));
}
