import type { AdminPort } from '../client/port/admin.ts';

/**
 * Detects whether a topic was deleted and created again. In the same topic, records written from now on have offsets from the current
 * end on; in a new one, they have lower offsets.
 */
export class LogIdentity {
  readonly #admin: AdminPort;
  readonly #topic: string;
  readonly #ends: ReadonlyMap<number, bigint>;
  readonly #since: number;
  /** By partition, the offset of the first record of now or later; records with clocks that are ahead have lower offsets. */
  readonly #first: ReadonlyMap<number, bigint>;

  private constructor(
    admin: AdminPort,
    topic: string,
    ends: ReadonlyMap<number, bigint>,
    since: number,
    first: ReadonlyMap<number, bigint>,
  ) {
    this.#admin = admin;
    this.#topic = topic;
    this.#ends = ends;
    this.#since = since;
    this.#first = first;
  }

  /** @param ends the current end of each partition that matters */
  static async of(admin: AdminPort, topic: string, ends: ReadonlyMap<number, bigint>): Promise<LogIdentity> {
    const since = Date.now();
    return new LogIdentity(admin, topic, ends, since, await firstSince(admin, topic, since));
  }

  async isSame(): Promise<boolean> {
    // The topic was deleted, and does not exist again: nothing was missed. Asking for its offsets could create it.
    if (!(await this.#admin.listTopics()).includes(this.#topic)) return true;
    const now = await firstSince(this.#admin, this.#topic, this.#since);
    return [...this.#ends].every(([partition, end]) => {
      const first = now.get(partition);
      return first !== undefined && (first >= end || first === this.#first.get(partition));
    });
  }
}

async function firstSince(admin: AdminPort, topic: string, since: number): Promise<ReadonlyMap<number, bigint>> {
  const found = await admin.fetchTopicOffsetsByTimestamp(topic, since);
  return new Map(found.map(({ partition, offset }) => [partition, BigInt(offset)]));
}
