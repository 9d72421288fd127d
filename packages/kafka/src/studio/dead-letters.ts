import type {
  DeadLetter,
  DeadLetterExtent,
  DeadLetterProvider,
  DeadLetterReading,
  DeadLetterSummary,
  DeadLetterTopic,
  MissingCode,
  ProviderRun,
  RecordAddress,
  ReplayReport,
  ReplayRequest,
} from '@tracelink/studio';
import type { ClientMaker } from '../client/client-maker.ts';
import { topicEnds, type AdminPort, type PartitionEnds } from '../client/port/admin.ts';
import type { EngineClients } from '../client/port/engine-clients.ts';
import type { FetchedRecord, HeaderValues } from '../client/port/message.ts';
import { notDelivered, readRanges, type OffsetRange } from '../client/read-ranges.ts';
import { recordTimestamp } from '../client/record.ts';
import { inTemporaryGroup, withAdmin } from '../client/temporary.ts';
import { isTopicMissing } from '../core/error-type.ts';
import { KafkaTracingError } from '../core/kafka-tracing-error.ts';
import { endInTime } from '../core/aborted-work.ts';
import { readDeadLetterRecord, type DeadLetterRecord } from '../dead-letters/dead-letter-record.ts';
import { deadLetterTopics } from '../dead-letters/dead-letter-topics.ts';
import { replayForPage } from './replay-for-page.ts';

/** The dead-letter topics of a cluster, for the page of the studio. */
export class ClusterDeadLetters implements DeadLetterProvider {
  readonly canReplay: boolean;
  readonly #kafka: ClientMaker;
  readonly #clients: EngineClients;

  /** @param clients those of `kafka` */
  constructor(kafka: ClientMaker, clients: EngineClients, canReplay: boolean) {
    this.#kafka = kafka;
    this.#clients = clients;
    this.canReplay = canReplay;
  }

  async topics(signal: AbortSignal): Promise<readonly DeadLetterTopic[]> {
    return this.#asked(signal, (admin) => deadLetterTopics(this.#clients, admin, signal));
  }

  async read(topic: string, { most, signal, found }: DeadLetterReading): Promise<DeadLetterExtent> {
    return this.#askedOf(topic, signal, async (admin) => {
      const offsets = await offsetsOf(admin, topic);
      const ranges = tailRanges(topic, offsets, most);
      const unread = await this.#read(admin, ranges, signal, (partition, message) =>
        found(summaryOf(readDeadLetterRecord(topic, partition, message))),
      );
      const records = offsets.reduce((sum, { low, high }) => sum + Number(BigInt(high) - BigInt(low)), 0);
      return { records, unreadPartitions: unread.length };
    });
  }

  async record({ topic, partition, offset }: RecordAddress, signal: AbortSignal): Promise<DeadLetter> {
    return this.#askedOf(topic, signal, async (admin) => {
      const ends = (await offsetsOf(admin, topic)).find((each) => each.partition === partition);
      if (ends === undefined) throw missing('record_missing', `There is no partition ${partition} in "${topic}".`);
      const start = BigInt(offset);
      const where = `There is no record ${offset} in partition ${partition} of "${topic}"`;
      if (start < BigInt(ends.low)) throw missing('record_missing', `${where} any more.`);
      if (start >= BigInt(ends.high)) throw missing('record_missing', `${where}: it ends before.`);
      let found: DeadLetter | undefined;
      const unread = await this.#read(admin, [{ topic, partition, start, end: start + 1n }], signal, (_, message) => {
        found = shownRecord(readDeadLetterRecord(topic, partition, message));
      });
      if (found !== undefined) return found;
      if (unread.length > 0) throw new Error(`Record ${offset} in partition ${partition} of "${topic}" ${notDelivered}.`);
      throw missing('record_missing', `${where}: it was compacted, or its transaction was aborted.`);
    });
  }

  async replay(request: ReplayRequest, run: ProviderRun): Promise<ReplayReport> {
    // The studio asks for it only where it may; who calls it otherwise gets no further.
    if (!request.dryRun && !this.canReplay)
      throw new KafkaTracingError('invalid_option', 'Records are sent again only with allowReplay: true.');
    return replayForPage(this.#kafka, request, run);
  }

  /** @returns the ranges that were not read to their end */
  async #read(
    admin: AdminPort,
    ranges: readonly OffsetRange[],
    signal: AbortSignal,
    found: (partition: number, message: FetchedRecord) => void,
  ): Promise<readonly OffsetRange[]> {
    if (ranges.length === 0) return [];
    return inTemporaryGroup(admin, 'tracelink-studio', (groupId) =>
      readRanges(this.#clients, groupId, ranges, signal, (_topic, partition, message) => found(partition, message)),
    );
  }

  /** As `#asked`, about one topic, which may be deleted at any time. @throws {KafkaTracingError} `topic_missing` */
  async #askedOf<T>(topic: string, signal: AbortSignal, ask: (admin: AdminPort) => Promise<T>): Promise<T> {
    try {
      return await this.#asked(signal, ask);
    } catch (error) {
      if (error instanceof KafkaTracingError || !isTopicMissing(error)) throw error;
      throw missing('topic_missing', `The topic "${topic}" does not exist any more.`, error);
    }
  }

  /** With an admin client of its own: a broker that was away is found again, and a topic that was deleted is not asked for again. */
  async #asked<T>(signal: AbortSignal, ask: (admin: AdminPort) => Promise<T>): Promise<T> {
    // Whoever asked has gone: a broker that is away would be waited for, for minutes.
    const abandoned = (): never => {
      throw signal.reason;
    };
    return endInTime(withAdmin(this.#clients, ask), signal, abandoned);
  }
}

/** @throws {KafkaTracingError} `topic_missing` */
async function offsetsOf(admin: AdminPort, topic: string): Promise<readonly PartitionEnds[]> {
  const ends = await topicEnds(admin, topic);
  if (ends !== undefined) return ends;
  throw missing('topic_missing', `The topic "${topic}" does not exist, or this client may not see it.`);
}

/** What the studio tells apart from a broker that does not answer, by its code. */
function missing(code: MissingCode, what: string, cause?: unknown): KafkaTracingError {
  return new KafkaTracingError(code, what, { cause });
}

/** A record as the studio lists it. */
function summaryOf({ value, headers: _headers, timestamp, ...record }: DeadLetterRecord): DeadLetterSummary {
  return { ...record, timestamp: recordTimestamp(timestamp), valueSize: value?.length };
}

/** A record as the studio shows it. */
function shownRecord(record: DeadLetterRecord): DeadLetter {
  return {
    ...summaryOf(record),
    value: record.value,
    headers: Object.entries(record.headers).flatMap(([name, value]) => valuesOf(name, value)),
  };
}

/** kafkajs has the values of a repeated header in a list, and `null` for a header without one, although its type does not say so. */
function valuesOf(name: string, value: HeaderValues[string] | null): (readonly [string, Uint8Array | null])[] {
  const values: readonly (Buffer | string | null | undefined)[] = Array.isArray(value) ? value : [value];
  return values.map((one) => [name, one === null || one === undefined ? null : Buffer.from(one)]);
}

/**
 * The last records of a topic, `most` at most: each partition gives what it has, and where that is too much, those with more than their
 * share give less.
 */
function tailRanges(topic: string, offsets: readonly PartitionEnds[], most: number): OffsetRange[] {
  const sizes = offsets.map(({ partition, low, high }) => ({ partition, end: BigInt(high), size: Number(BigInt(high) - BigInt(low)) }));
  let left = most;
  // The smallest first: what it does not need is for the others.
  return sizes
    .toSorted((a, b) => a.size - b.size)
    .flatMap(({ partition, end, size }, index) => {
      const taken = Math.min(size, Math.floor(left / (sizes.length - index)));
      left -= taken;
      return taken > 0 ? [{ topic, partition, start: end - BigInt(taken), end }] : [];
    });
}
