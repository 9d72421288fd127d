import { atMost } from '../../../core/aborted-work.ts';
import {
  isLate,
  type CommitPosition,
  type GroupMemberListener,
  type GroupMemberPort,
  type MemberBatch,
  type MemberTiming,
} from '../../port/group-member.ts';
import { isCoordinatorMoved, isExpulsion, isMembershipRefused, KafkaError } from '../../port/kafka-error.ts';
import { partitionKey, type TopicPartition } from '../../port/topic-partition.ts';
import { dispatchInTurns, endTurn } from '../../port/turns.ts';
import { asked, portError } from '../errors/client-errors.ts';
import type { FetchedRecords } from './fetched-records.ts';
import { Fetcher, type FetchLimits } from './fetcher.ts';
import { GroupRequests, type Generation } from './group-requests.ts';
import { PartitionFetches } from './partition-fetches.ts';
import type { Consumer } from './shapes.ts';

// Milliseconds before the group is joined again after that has failed, doubled each time.
const shortest = 300;
const longest = 30_000;

// Milliseconds for joining, before a member that leaves is closed.
const longestJoin = 2_000;

/** How a member is made. */
export interface PlatformaticMemberParts {
  /** The member, which joins by `join` options with the given hook. */
  readonly makeConsumer: (beforeJoining: () => Promise<void>) => Consumer;
  /** A client that fetches and never joins. */
  readonly makeFetcher: () => Consumer;
  readonly library: object;
  readonly timing: MemberTiming;
  readonly limits: FetchLimits;
  readonly concurrency: number;
}

/** A member of a group by this client: it joins by itself; heartbeats, fetches, commits and their order are made here. */
export class PlatformaticMember implements GroupMemberPort {
  readonly client = {};
  readonly clientId: string;
  readonly timing: MemberTiming;
  readonly #consumer: Consumer;
  readonly #requests: GroupRequests;
  readonly #parts: PlatformaticMemberParts;
  #fetcher: Fetcher | undefined;
  #topics: readonly string[] = [];
  #listener: GroupMemberListener | undefined;
  #generation: Generation | undefined;
  /** In the order of their turns. */
  #partitions = new Map<string, PartitionFetches>();
  /** Resolves as each batch in process ends. */
  readonly #batches = new Set<Promise<void>>();
  #confirmedAt = performance.now();
  #beats: NodeJS.Timeout | undefined;
  #isBeating = false;
  /** Whether a heartbeat told that the group does not know the member, since it joined. */
  #isExpelled = false;
  /** Whether the coordinator has refused a request of a batch, which the client does not know. */
  #isRefused = false;
  /** From before the group is asked to join until it has answered. */
  #isJoining = false;
  #joining: Promise<void> = Promise.resolve();
  #hasEnded = false;
  #delay = shortest;
  #retry: NodeJS.Timeout | undefined;

  constructor(parts: PlatformaticMemberParts) {
    this.#parts = parts;
    this.timing = parts.timing;
    this.#consumer = parts.makeConsumer(() => this.#beforeJoining());
    this.clientId = this.#consumer.clientId;
    this.#requests = new GroupRequests(parts.library, this.#consumer);
  }

  async connect(): Promise<void> {
    await asked(this.#consumer.metadata({ topics: [] }));
  }

  async join(topics: readonly string[], listener: GroupMemberListener): Promise<void> {
    this.#listener = listener;
    this.#topics = topics;
    this.#fetcher = new Fetcher(this.#parts.makeFetcher(), topics, this.#parts.limits, {
      fetched: () => this.#dispatch(),
      suspected: () => listener.suspected(),
      replaced: (topic, id) => listener.replaced(topic, id),
      unreadable: (error) => listener.unreadable(error),
      repartitioned: () => this.#joinAgain(),
    });
    this.#consumer.topics.trackAll(...topics);
    this.#consumer.on('consumer:group:join', ({ isLeader }: { readonly isLeader: boolean }) => this.#joined(isLeader));
    // The client joins by itself after a heartbeat was refused, once.
    this.#consumer.on('error', (error: unknown) => this.#joinFailed(portError(error)));
    await asked(this.#join());
  }

  rejoin(): void {
    this.#joinAgain();
  }

  commit(positions: readonly CommitPosition[]): Promise<void> {
    return this.#commit(this.#generation, positions);
  }

  pause(place: TopicPartition): void {
    const partition = this.#partitions.get(partitionKey(place.topic, place.partition));
    if (partition !== undefined) partition.isPaused = true;
  }

  resume(place: TopicPartition): void {
    const partition = this.#partitions.get(partitionKey(place.topic, place.partition));
    if (partition === undefined) return;
    partition.isPaused = false;
    this.#goOn();
  }

  seek(place: TopicPartition, offset: string): void {
    this.#partitions.get(partitionKey(place.topic, place.partition))?.seek(BigInt(offset));
    this.#goOn();
  }

  async disconnect(): Promise<void> {
    this.#hasEnded = true;
    clearTimeout(this.#retry);
    await atMost(longestJoin, this.#joining);
    await this.#fetcher?.end().catch(() => {});
    await Promise.all(this.#batches);
    clearInterval(this.#beats);
    await this.#requests.close();
  }

  #join(): Promise<void> {
    this.#isJoining = true;
    const joined = this.#consumer.joinGroup({}).then(() => {});
    this.#joining = joined.catch(() => {});
    return joined;
  }

  /** Unless the client is joining. */
  #joinAgain(): void {
    if (this.#isJoining || this.#hasEnded) return;
    this.#join().catch((error: unknown) => this.#joinFailed(portError(error)));
  }

  /** The client joins as soon as a heartbeat was refused: partitions are not given up while their batches are in process. */
  async #beforeJoining(): Promise<void> {
    this.#isJoining = true;
    await Promise.all(this.#batches);
    // The client would join, after it was closed, too.
    if (this.#hasEnded) throw new Error('The member leaves its group');
  }

  #joined(isLeader: boolean): void {
    const { memberId, generationId, assignments, currentMetadata } = this.#consumer;
    if (this.#hasEnded || memberId === null) return;
    this.#isJoining = false;
    this.#isExpelled = false;
    this.#delay = shortest;
    this.#beats ??= setInterval(() => void this.#beat(), this.timing.heartbeatInterval);
    this.#confirmedAt = performance.now();
    this.#generation = { memberId, generationId };
    const places = (assignments ?? []).flatMap(({ topic, partitions }) => partitions.map((partition) => ({ topic, partition })));
    this.#partitions = new Map(places.map((place) => [partitionKey(place.topic, place.partition), new PartitionFetches(place)]));
    // What the group was joined with: the client asks for it before each join.
    const counts = new Map([...(currentMetadata?.topics ?? [])].map(([topic, { partitions }]) => [topic, partitions.length]));
    this.#fetcher?.assign([...this.#partitions.values()], counts);
    this.#listener?.assigned(memberId, places, isLeader);
    const unread = places.filter(({ topic }) => !this.#topics.includes(topic)).map(({ topic }) => topic);
    if (unread.length > 0) this.#listener?.unreadTopics([...new Set(unread)]);
  }

  /**
   * Also while joining, or leaving, waits for batches: their session would end, and their partitions be another member's before they have
   * committed. The coordinator answers that the group rebalances, and counts it.
   */
  async #beat(): Promise<void> {
    const generation = this.#generation;
    if (this.#isBeating || this.#isExpelled || generation === undefined) return;
    if ((this.#isJoining || this.#hasEnded) && this.#batches.size === 0) return;
    this.#isBeating = true;
    try {
      await this.#askHeartbeat(generation);
    } catch (error) {
      if (generation !== this.#generation) return;
      this.#isExpelled = isExpulsion(error);
      // Other errors pass: the next heartbeat asks again, and a session that ends meanwhile is heard of by it.
      if (isMembershipRefused(error) || isCoordinatorMoved(error)) this.#joinAgain();
    } finally {
      this.#isBeating = false;
    }
  }

  async #askHeartbeat(generation: Generation): Promise<void> {
    const askedAt = performance.now();
    await this.#requests.heartbeat(generation);
    if (generation === this.#generation) this.#confirmed(askedAt);
  }

  #confirmed(askedAt: number): void {
    if (isLate(performance.now() - askedAt, this.timing)) return;
    this.#confirmedAt = performance.now();
    this.#listener?.confirmed();
  }

  #joinFailed(error: unknown): void {
    if (this.#hasEnded) return;
    const hasJoined = this.#generation !== undefined;
    this.#listener?.crashed(error, hasJoined);
    if (!hasJoined) return;
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => {
      this.#isJoining = false;
      this.#joinAgain();
    }, this.#delay);
    this.#delay = Math.min(longest, this.#delay * 2);
  }

  #goOn(): void {
    this.#dispatch();
    this.#fetcher?.fetch();
  }

  /** Hands over the batches that can begin. */
  #dispatch(): void {
    if (this.#hasEnded || this.#isJoining) return;
    dispatchInTurns(this.#partitions, {
      mayBegin: () => this.#batches.size < this.#parts.concurrency,
      begin: (partition, records, version) => this.#begin(partition, records, version),
      passedEmpty: (partition, lastOffset) => this.#listener?.passedEmpty(partition, lastOffset),
    });
  }

  #begin(partition: PartitionFetches, records: FetchedRecords, version: number): void {
    let resolved: bigint | undefined;
    const batch = this.#batchOf(partition, records, version, (offset) => (resolved = offset));
    const handling = (this.#listener as GroupMemberListener)
      .batch(batch)
      .catch((error: unknown) => {
        if (isMembershipRefused(error) || isCoordinatorMoved(error)) this.#isRefused = true;
      })
      .then(() => {
        this.#batches.delete(handling);
        if (this.#isRefused) this.#joinAgain();
        this.#isRefused = false;
        endTurn(partition, records, version, resolved, () => this.#goOn());
      });
    this.#batches.add(handling);
  }

  #batchOf(partition: PartitionFetches, records: FetchedRecords, version: number, resolve: (offset: bigint) => void): MemberBatch {
    const { topic, partition: number } = partition;
    const { messages, lastOffset, fetchedOffset, highWatermark, maxTimestamp } = records;
    const generation = this.#generation;
    return {
      topic,
      partition: number,
      messages,
      lastOffset: String(lastOffset),
      fetchedOffset: String(fetchedOffset),
      highWatermark: String(highWatermark),
      maxTimestamp: () => maxTimestamp,
      isStale: () => this.#generation !== generation || partition.version !== version,
      heartbeat: () => this.#heartbeat(generation),
      commit: (position) => this.#commit(generation, [position]),
      resolve: (offset) => resolve(BigInt(offset)),
    };
  }

  async #heartbeat(generation: Generation | undefined): Promise<void> {
    // The client forgets its id once the coordinator does not know it.
    if (this.#isExpelled || this.#consumer.memberId === null)
      throw new KafkaError('UNKNOWN_MEMBER_ID', 'The group has expelled the member', undefined);
    if (this.#isJoining || generation === undefined || generation !== this.#generation)
      throw new KafkaError('REBALANCE_IN_PROGRESS', 'The group rebalances', undefined);
    if (performance.now() - this.#confirmedAt < this.timing.heartbeatInterval) return;
    await this.#askHeartbeat(generation);
  }

  async #commit(generation: Generation | undefined, positions: readonly CommitPosition[]): Promise<void> {
    if (generation === undefined) throw new KafkaError('UNKNOWN_MEMBER_ID', 'Not a member of the group', undefined);
    const askedAt = performance.now();
    await this.#requests.commit(generation, positions);
    if (generation === this.#generation) this.#confirmed(askedAt);
  }
}
