import type { AdminPort, PartitionEnds } from '../client/port/admin.ts';
import type { EngineClients } from '../client/port/engine-clients.ts';
import { isTopicDenied } from '../client/port/kafka-error.ts';
import { readRanges, type OffsetRange } from '../client/read-ranges.ts';
import { recordTimestamp } from '../client/record.ts';
import { inTemporaryGroup } from '../client/temporary.ts';
import { isTopicMissing } from '../core/error-type.ts';
import { readDeadLetterRecord } from './dead-letter-record.ts';

/** Names that frameworks give dead-letter topics, ours among them. */
const isNamedSo = /(?:^|[._-])(?:dlt|dlq|dead[._-]?letters?|poison(?:ed)?)(?:[._-]|$)/i;
/** Spring Cloud Stream's. */
const ofCloudStream = /^error\.[^.]+\../;

/** Of each partition this many records are looked at. */
const looked = 100n;

/** A dead-letter topic, and what its newest records say. */
export interface DeadLetterTopic {
  readonly topic: string;
  /** How many there are, at most: of a compacted topic and behind transactions there are fewer. */
  readonly records: number;
  /** The timestamp of the oldest record, milliseconds since the epoch. */
  readonly oldest: number | undefined;
  /** The timestamp of the newest record, milliseconds since the epoch. */
  readonly newest: number | undefined;
  /** The groups that failed. */
  readonly groups: readonly string[];
  /** What wrote them. */
  readonly writers: readonly string[];
}

/** Whether a topic holds dead-letter records, by its name. */
export function isDeadLetterTopic(topic: string): boolean {
  return isNamedSo.test(topic) || ofCloudStream.test(topic);
}

/**
 * Finds the dead-letter topics that exist, by their names, and looks at the first and the last records of each partition. Nothing is
 * committed, and no group is left behind. Of a topic that the account may not read nothing is known but how many records there are.
 *
 * @throws what the client throws when the broker does not answer
 */
export async function deadLetterTopics(clients: EngineClients, admin: AdminPort, signal: AbortSignal): Promise<readonly DeadLetterTopic[]> {
  const found = new Map<string, Sightings>();
  const [heads, tails]: [OffsetRange[], OffsetRange[]] = [[], []];
  for (const topic of (await admin.listTopics()).filter(isDeadLetterTopic).sort()) {
    const ends = await endsOf(admin, topic);
    if (ends === undefined) continue;
    const sightings = new Sightings(topic);
    found.set(topic, sightings);
    for (const { partition, low, high } of ends) {
      const [start, end] = [BigInt(low), BigInt(high)];
      sightings.records += Number(end - start);
      if (end - start > looked) heads.push({ topic, partition, start, end: start + 1n });
      if (end > start) tails.push({ topic, partition, start: end - start > looked ? end - looked : start, end });
    }
  }
  for (const ranges of [heads, tails]) {
    if (ranges.length === 0) continue;
    await inTemporaryGroup(admin, 'tracelink-dead-letters', async (groupId) => {
      const reading = readRanges(clients, groupId, ranges, signal, (topic, partition, message) => {
        found.get(topic)?.add(recordTimestamp(message.timestamp), readDeadLetterRecord(topic, partition, message));
      });
      await reading.catch((error: unknown) => {
        // It is the only one.
        if (!isTopicDenied(error)) throw error;
      });
    });
  }
  return [...found.values()].map((sightings) => sightings.topicSeen);
}

/** @returns undefined for a topic that was deleted since it was listed */
async function endsOf(admin: AdminPort, topic: string): Promise<readonly PartitionEnds[] | undefined> {
  try {
    return await admin.fetchTopicOffsets(topic);
  } catch (error) {
    if (isTopicMissing(error)) return undefined;
    throw error;
  }
}

class Sightings {
  records = 0;
  readonly #topic: string;
  readonly #groups = new Set<string>();
  readonly #writers = new Set<string>();
  #oldest: number | undefined;
  #newest: number | undefined;

  constructor(topic: string) {
    this.#topic = topic;
  }

  get topicSeen(): DeadLetterTopic {
    const [groups, writers] = [[...this.#groups].sort(), [...this.#writers].sort()];
    return { topic: this.#topic, records: this.records, oldest: this.#oldest, newest: this.#newest, groups, writers };
  }

  add(
    timestamp: number | undefined,
    { groupId, writer }: { readonly groupId: string | undefined; readonly writer: string | undefined },
  ): void {
    if (timestamp !== undefined) {
      this.#oldest = Math.min(this.#oldest ?? timestamp, timestamp);
      this.#newest = Math.max(this.#newest ?? timestamp, timestamp);
    }
    if (groupId !== undefined) this.#groups.add(groupId);
    if (writer !== undefined) this.#writers.add(writer);
  }
}
