import type { AdminPort } from '../../client/port/admin.ts';
import type { EngineClients } from '../../client/port/engine-clients.ts';
import { isTopicDenied } from '../../client/port/kafka-error.ts';
import { readRanges, type FoundRecord, type OffsetRange } from '../../client/read-ranges.ts';
import { partitionKey } from '../../client/record.ts';
import { inTemporaryGroup } from '../../client/temporary.ts';
import { KafkaTracingError } from '../../core/kafka-tracing-error.ts';

/** How to read. */
export interface Tails {
  readonly topics: readonly string[];
  /** Those that must exist; of the others, one that is gone is left out. */
  readonly named: readonly string[];
  /** The most records of each partition: its last offsets. */
  readonly last: number;
  readonly signal: AbortSignal | undefined;
}

/** What was read. */
export interface TailsRead {
  /** By topic. */
  readonly partitions: ReadonlyMap<string, number>;
  /** By topic, partitions that were not read to their end. */
  readonly unread: ReadonlyMap<string, number>;
}

/**
 * Reads the last records of each partition up to its end as of the start, in a group of its own that commits nothing and is deleted.
 * It can be asked at any time for what it has: whoever has waited long enough need not wait for a broker that holds a fetch back.
 */
export class TailsReading {
  /** `undefined` until the ends of all partitions are known. */
  #partitions: ReadonlyMap<string, number> | undefined;
  readonly #unread = new Map<string, OffsetRange>();
  #isOver = false;

  /**
   * What was read, after which nothing more is.
   *
   * @returns `undefined` where it had not begun to read: there is nothing to tell of any topic
   */
  end(): TailsRead | undefined {
    this.#isOver = true;
    if (this.#partitions === undefined) return undefined;
    const unread = new Map<string, number>();
    for (const { topic } of this.#unread.values()) unread.set(topic, (unread.get(topic) ?? 0) + 1);
    return { partitions: this.#partitions, unread };
  }

  /**
   * Reads. After the signal it resolves when the broker lets it go.
   *
   * @param found called for each record until the reading is over
   * @throws {KafkaTracingError} `topic_missing`: one that was named, or all
   * @throws the reason of a signal that came before it read
   * @throws {KafkaError} `TOPIC_AUTHORIZATION_FAILED`: there is one topic only, and the account may not read it
   * @throws what the client throws when the broker does not answer, or a codec is not installed
   */
  async read(clients: EngineClients, admin: AdminPort, { topics, named, last, signal }: Tails, found: FoundRecord): Promise<void> {
    const partitions = await this.#readEnds(clients, admin, { topics, named, last, signal });
    signal?.throwIfAborted();
    // Nothing would be wrong with them.
    if (partitions.size === 0)
      throw new KafkaTracingError(
        'topic_missing',
        'There is no topic to look at, or this client may see none: name one, or let its account describe topics (DESCRIBE).',
      );
    this.#partitions = partitions;
    await this.#readRanges(clients, admin, signal, found);
  }

  /** @returns the partitions of each topic that is there */
  async #readEnds(clients: EngineClients, admin: AdminPort, { topics, named, last, signal }: Tails): Promise<ReadonlyMap<string, number>> {
    const existing = new Set(await admin.listTopics());
    const partitions = new Map<string, number>();
    let asked = admin;
    try {
      for (const topic of topics) {
        signal?.throwIfAborted();
        // Asking for the offsets of a topic can create it.
        const offsets = existing.has(topic) ? await offsetsOf(asked, topic) : undefined;
        if (offsets === undefined) {
          if (named.includes(topic))
            throw new KafkaTracingError('topic_missing', `The topic "${topic}" does not exist, or this client may not see it.`);
          // kafkajs (2.2.4) asks for the metadata of a topic that is gone with that of the next ones, which fails for all of them.
          if (asked !== admin) await asked.disconnect();
          asked = clients.admin();
          await asked.connect();
          continue;
        }
        partitions.set(topic, offsets.length);
        for (const { partition, low, high } of offsets) {
          const [lowest, end] = [BigInt(low), BigInt(high)];
          const start = end - BigInt(last) > lowest ? end - BigInt(last) : lowest;
          if (start < end) this.#unread.set(partitionKey(topic, partition), { topic, partition, start, end });
        }
      }
      return partitions;
    } finally {
      if (asked !== admin) await asked.disconnect();
    }
  }

  /** A topic that is deleted midway ends the reading of all: what is left of the others is read anew. */
  async #readRanges(clients: EngineClients, admin: AdminPort, signal: AbortSignal | undefined, found: FoundRecord): Promise<void> {
    let ranges: readonly OffsetRange[] = [...this.#unread.values()];
    while (ranges.length > 0) {
      const left = await this.#readOnce(clients, admin, ranges, signal, found);
      if (left.length === 0 || this.#isOver) return;
      const existing = new Set(await admin.listTopics());
      ranges = left.filter(({ topic }) => existing.has(topic));
      // Nothing is gone that would explain it.
      if (ranges.length === left.length) return;
    }
  }

  async #readOnce(
    clients: EngineClients,
    admin: AdminPort,
    ranges: readonly OffsetRange[],
    signal: AbortSignal | undefined,
    found: FoundRecord,
  ): Promise<readonly OffsetRange[]> {
    return inTemporaryGroup(admin, 'tracelink-doctor', async (groupId) => {
      const reading = readRanges(clients, groupId, ranges, signal, (topic, partition, record) => {
        if (this.#isOver) return;
        const key = partitionKey(topic, partition);
        if (BigInt(record.offset) + 1n === this.#unread.get(key)?.end) this.#unread.delete(key);
        found(topic, partition, record);
      });
      const left = await reading.catch((error: unknown) => {
        // Of several topics it is the only one with records, or the last one left.
        if (!isTopicDenied(error) || this.#partitions?.size === 1) throw error;
        return ranges;
      });
      if (!this.#isOver) {
        // It knows more: the last offsets may hold no record.
        for (const range of ranges) this.#unread.delete(partitionKey(range.topic, range.partition));
        for (const range of left) this.#unread.set(partitionKey(range.topic, range.partition), range);
      }
      return left;
    });
  }
}

/** `undefined`: the topic was deleted meanwhile. @throws what the client throws */
async function offsetsOf(admin: AdminPort, topic: string): Promise<Awaited<ReturnType<AdminPort['fetchTopicOffsets']>> | undefined> {
  try {
    return await admin.fetchTopicOffsets(topic);
  } catch (error) {
    if ((await admin.listTopics()).includes(topic)) throw error;
    return undefined;
  }
}
