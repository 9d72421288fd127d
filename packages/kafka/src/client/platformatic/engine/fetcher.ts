import { isTopicDenied, kafkaErrorName } from '../../port/kafka-error.ts';
import { asked, portError } from '../errors/client-errors.ts';
import { fetchedRecords } from './fetched-records.ts';
import type { PartitionFetches } from './partition-fetches.ts';
import type { ClusterMetadata, Consumer, FetchedPartition, FetchOptions, FetchResponse } from './shapes.ts';

// Milliseconds that a fetch may wait while it leaves out partitions whose batches are in process: they may need it any moment.
const shortestWait = 50;

// Milliseconds before the next fetch after one that failed.
const pauseAfterError = 250;

// Milliseconds of fetches that fail until it is said: leaders move, and nodes restart, in less.
const longestUnsaid = 5_000;

const noError = 0;
const offsetOutOfRange = 1;

/** Called by a fetcher. */
export interface FetcherEvents {
  /** Something was fetched, or it is known that something else is to be fetched. */
  readonly fetched: () => void;
  /** A topic's name may stand for another log. */
  readonly suspected: () => void;
  /** It does: the topic has another id. */
  readonly replaced: (topic: string, id: string) => void;
  /** Fetches have failed for some time with this error, or the account may not read a topic; `undefined`: no longer. */
  readonly unreadable: (error: unknown) => void;
  /** A topic has other partitions than when the group was joined. */
  readonly repartitioned: () => void;
}

/** How much is fetched, and how often; bytes and milliseconds. */
export interface FetchLimits {
  readonly maxWaitTime: number;
  /** The time after which topics are looked at again. */
  readonly metadataMaxAge: number;
  readonly partitionMaxBytes: number;
}

/** Errors after which the topic may be another one. */
const ofTopics: ReadonlySet<string> = new Set(['UNKNOWN_TOPIC_OR_PARTITION', 'UNKNOWN_TOPIC_ID', 'INCONSISTENT_TOPIC_ID']);

/**
 * Fetches what is to be fetched: from each leader by one request at a time, by a client of its own, as a request that waits for
 * records holds up those behind it.
 */
export class Fetcher {
  readonly #client: Consumer;
  readonly #topics: readonly string[];
  readonly #limits: FetchLimits;
  readonly #events: FetcherEvents;
  readonly #underWay = new Set<number>();
  readonly #ids = new Map<string, string>();
  readonly #looks: NodeJS.Timeout;
  /** How many partitions topics had when the group was joined. */
  #counts: ReadonlyMap<string, number> = new Map();
  #partitions: readonly PartitionFetches[] = [];
  #isAsking = false;
  #isEnded = false;
  #retry: NodeJS.Timeout | undefined;
  /** When fetches began to fail: a value of `performance.now()`. */
  #failingSince: number | undefined;
  #hasSaid = false;
  #hasSaidDenied = false;

  constructor(client: Consumer, topics: readonly string[], limits: FetchLimits, events: FetcherEvents) {
    this.#client = client;
    this.#topics = topics;
    this.#limits = limits;
    this.#events = events;
    // The client finds topics by the ids of those that it knows.
    client.topics.trackAll(...topics);
    // Also while nothing is fetched: this client's members join with the partitions that there are, and never look again.
    this.#looks = setInterval(() => void this.#metadata(true).catch((error: unknown) => this.#failed(error)), limits.metadataMaxAge);
  }

  /**
   * The partitions that are fetched from now on.
   *
   * @param counts how many partitions topics had when the group was joined
   */
  assign(partitions: readonly PartitionFetches[], counts: ReadonlyMap<string, number>): void {
    this.#partitions = partitions;
    this.#counts = counts;
    // What was known before the join says nothing about it: an older count would have the group join again, and so on until it is too old.
    this.#client.clearMetadata();
  }

  /** Fetches what is wanted now. */
  fetch(): void {
    if (this.#isEnded || this.#isAsking || !this.#partitions.some(({ wanted }) => wanted !== undefined)) return;
    this.#isAsking = true;
    void this.#metadata(false).then(
      (metadata) => {
        this.#isAsking = false;
        this.#fetchFrom(metadata);
      },
      (error: unknown) => {
        this.#isAsking = false;
        this.#failed(error);
      },
    );
  }

  async end(): Promise<void> {
    this.#isEnded = true;
    clearTimeout(this.#retry);
    clearInterval(this.#looks);
    await this.#client.close(true);
  }

  /**
   * The topics as the client knows them, or as brokers do now.
   *
   * @throws the client's error, as the port has it
   */
  async #metadata(forceUpdate: boolean): Promise<ClusterMetadata> {
    const metadata = await asked(this.#client.metadata({ topics: [...this.#topics], forceUpdate }));
    if (this.#isEnded) return metadata;
    let isChanged = false;
    for (const [topic, { id, partitions }] of metadata.topics) {
      const [before, count] = [this.#ids.get(topic), this.#counts.get(topic)];
      this.#ids.set(topic, id);
      if (before !== undefined && before !== id) this.#events.replaced(topic, id);
      isChanged ||= count !== undefined && count !== partitions.length;
    }
    if (isChanged) this.#events.repartitioned();
    return metadata;
  }

  #fetchFrom(metadata: ClusterMetadata): void {
    const byLeader = Map.groupBy(
      this.#partitions,
      ({ topic, partition }) => metadata.topics.get(topic)?.partitions[partition]?.leader ?? -1,
    );
    for (const [leader, partitions] of byLeader) {
      if (this.#isEnded || this.#underWay.has(leader)) continue;
      const wanted = partitions.filter((each) => each.wanted !== undefined);
      if (wanted.length === 0) continue;
      if (leader < 0) {
        this.#client.clearMetadata();
        this.#later();
        continue;
      }
      const wait = partitions.some(({ isFull }) => isFull) ? shortestWait : this.#limits.maxWaitTime;
      this.#underWay.add(leader);
      void this.#fetchOnce(leader, wanted, metadata, Math.min(wait, this.#limits.maxWaitTime)).then((error) => {
        this.#underWay.delete(leader);
        if (error === undefined) this.#succeeded();
        else this.#failed(error);
      });
    }
  }

  /** @returns the error that it ended with. Never rejects. */
  async #fetchOnce(
    node: number,
    partitions: readonly PartitionFetches[],
    metadata: ClusterMetadata,
    maxWaitTime: number,
  ): Promise<unknown> {
    const asking = new Map<string, { readonly partition: PartitionFetches; readonly version: number; readonly offset: bigint }>();
    const topics = [...Map.groupBy(partitions, ({ topic }) => topic)].map(([topic, each]): FetchOptions['topics'][number] => {
      const { id: topicId, partitions: known } = metadata.topics.get(topic) as NonNullable<ReturnType<ClusterMetadata['topics']['get']>>;
      return {
        topicId,
        partitions: each.map((partition) => {
          const offset = partition.wanted as bigint;
          asking.set(`${topicId}/${partition.partition}`, { partition, version: partition.version, offset });
          return {
            partition: partition.partition,
            currentLeaderEpoch: known[partition.partition]?.leaderEpoch ?? -1,
            fetchOffset: offset,
            lastFetchedEpoch: -1,
            partitionMaxBytes: this.#limits.partitionMaxBytes,
          };
        }),
      };
    });
    let error: unknown;
    let response: FetchResponse | undefined;
    try {
      response = await this.#client.fetch({ node, maxWaitTime, topics });
    } catch (thrown) {
      error = portError(thrown);
      // A fetch that failed for some partitions has brought the records of the others.
      response = responseOf(thrown);
    }
    if (this.#isEnded) return undefined;
    for (const { topicId, partitions: fetched } of response?.responses ?? [])
      for (const each of fetched) {
        const place = asking.get(`${topicId}/${each.partitionIndex}`);
        if (place !== undefined && place.version === place.partition.version) this.#take(place.partition, place.offset, each);
      }
    this.#events.fetched();
    return error;
  }

  #take(partition: PartitionFetches, offset: bigint, fetched: FetchedPartition): void {
    if (fetched.errorCode === offsetOutOfRange) {
      // Where nothing is lost; the engine says how to go on.
      if (fetched.logStartOffset >= 0n) partition.seek(fetched.logStartOffset);
      this.#events.suspected();
    }
    const records = fetched.errorCode === noError ? fetchedRecords(offset, fetched) : undefined;
    if (records !== undefined) partition.add(records);
  }

  #succeeded(): void {
    this.#failingSince = undefined;
    if (this.#hasSaid) this.#events.unreadable(undefined);
    this.#hasSaid = false;
    this.fetch();
  }

  #failed(error: unknown): void {
    if (this.#isEnded) return;
    this.#failingSince ??= performance.now();
    // Once without delay: a fetch from another leader, which succeeds, would have it said again and again.
    const isDenied = !this.#hasSaidDenied && isTopicDenied(error);
    if (!this.#hasSaid && (isDenied || performance.now() - this.#failingSince > longestUnsaid)) {
      this.#hasSaid = true;
      this.#hasSaidDenied ||= isDenied;
      this.#events.unreadable(error);
    }
    this.#client.clearMetadata();
    if (ofTopics.has(kafkaErrorName(error))) this.#events.suspected();
    this.#later();
  }

  #later(): void {
    clearTimeout(this.#retry);
    if (!this.#isEnded) this.#retry = setTimeout(() => this.fetch(), pauseAfterError);
  }
}

/** The broker's answer, which an error of the client has when it is of some partitions. */
function responseOf(error: unknown): FetchResponse | undefined {
  const { response, errors } = error as { readonly response?: FetchResponse; readonly errors?: unknown };
  if (response !== undefined && Array.isArray(response.responses)) return response;
  const [first] = Array.isArray(errors) ? (errors as unknown[]) : [];
  return first === undefined || first === error ? undefined : responseOf(first);
}
