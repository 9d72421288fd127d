import type { CommitPosition, GroupMemberListener, GroupMemberPort, MemberBatch, MemberTiming } from '../../../port/group-member.ts';
import { isLate } from '../../../port/group-member.ts';
import { isCoordinatorMoved, isMembershipRefused, KafkaError } from '../../../port/kafka-error.ts';
import { partitionKey, type TopicPartition } from '../../../port/topic-partition.ts';
import { dispatchInTurns, endTurn } from '../../../port/turns.ts';
import { errorCode } from '../../errors/protocol-name.ts';
import { asked, isTaken } from '../binding/client-errors.ts';
import { latestTimestamp, recordOf, type FetchedRecords } from './fetched-records.ts';
import { Generation } from './generation.ts';
import { JoinErrors } from './join-errors.ts';
import { MemberSigns } from './member-signs.ts';
import { OffsetCommits } from './offset-commits.ts';
import { PartitionBuffer } from './partition-buffer.ts';
import { Polling } from './polling.ts';
import type { ConsumedMessage, Consumer, EndOfPartition, LogLine } from '../binding/shapes.ts';

const assignsPartitions = -175;
const beginning = -2;

// Milliseconds.
const longestConnect = 10_000;

/** What librdkafka calls back with at a rebalance, and after a commit. */
interface MemberCallbacks {
  readonly rebalanced: (error: unknown, places: readonly TopicPartition[]) => void;
  readonly committed: (error: unknown, places: readonly (TopicPartition & { readonly offset: number })[]) => void;
  readonly nonEmpty: () => void;
}

/** How a member is made. */
export interface ConfluentMemberParts {
  readonly makeConsumer: (callbacks: MemberCallbacks) => Consumer;
  readonly clientId: string;
  readonly timing: MemberTiming;
  readonly concurrency: number;
  readonly batchBytes: number;
}

/** A member of a group by this client: librdkafka joins, heartbeats and fetches; batches, positions and commits are made here. */
export class ConfluentMember implements GroupMemberPort {
  readonly client = {};
  readonly clientId: string;
  readonly timing: MemberTiming;
  readonly #consumer: Consumer;
  readonly #concurrency: number;
  readonly #batchBytes: number;
  readonly #commits: OffsetCommits;
  readonly #polling: Polling;
  readonly #batches = new Set<Promise<void>>();
  readonly #joinErrors: JoinErrors;
  #topics: readonly string[] = [];
  #signs: MemberSigns | undefined;
  #listener: GroupMemberListener | undefined;
  #generation: Generation | undefined;
  /** How often the group has expelled this member: librdkafka does not tell the id by which the coordinator calls it. */
  #expulsions = 0;
  /** In the order of their turns. */
  #partitions = new Map<string, PartitionBuffer>();
  #isConnected = false;
  #hasEnded = false;
  #ended: Promise<void> | undefined;

  constructor({ makeConsumer, clientId, timing, concurrency, batchBytes }: ConfluentMemberParts) {
    this.clientId = clientId;
    this.timing = timing;
    this.#concurrency = concurrency;
    this.#batchBytes = batchBytes;
    this.#consumer = makeConsumer({
      rebalanced: (error, places) => this.#rebalanced(error, places),
      committed: (error, places) => this.#commits.answered(error, places),
      nonEmpty: () => this.#polling.wake(),
    });
    this.#commits = new OffsetCommits(this.#consumer);
    this.#joinErrors = new JoinErrors({
      suspected: () => this.#listener?.suspected(),
      unreadable: (error) => this.#listener?.unreadable(error),
      crashed: (error, restarts) => this.#listener?.crashed(error, restarts),
    });
    this.#polling = new Polling(
      this.#consumer,
      () => this.#steer(),
      (error) => this.#joinErrors.failed(error),
    );
  }

  async connect(): Promise<void> {
    await asked<unknown>((done) => this.#consumer.connect({ allTopics: false, timeout: longestConnect }, done));
    this.#isConnected = true;
  }

  join(topics: readonly string[], listener: GroupMemberListener): Promise<void> {
    this.#listener = listener;
    this.#topics = topics;
    const signs = (this.#signs = new MemberSigns({
      confirmed: (took) => this.#confirmed(took),
      suspected: () => listener.suspected(),
      replaced: (topic, id) => listener.replaced(topic, id),
      unreadable: (error) => listener.unreadable(error),
    }));
    this.#consumer.on('event.stats', ({ message }: { readonly message: string }) => signs.statistics(message));
    this.#consumer.on('event.log', (line: LogLine) => signs.log(line));
    this.#consumer.on('event.error', (error: unknown) => this.#joinErrors.failed(error));
    this.#consumer.on('data', (message: ConsumedMessage) => this.#delivered(message));
    this.#consumer.on('partition.eof', (end: EndOfPartition) => this.#reachedEnd(end));
    this.#consumer.subscribe(topics);
    this.#polling.start();
    return Promise.resolve();
  }

  rejoin(): void {
    if (!this.#hasEnded && this.#generation?.refusal === undefined) this.#consumer.subscribe(this.#topics);
  }

  commit(positions: readonly CommitPosition[]): Promise<void> {
    return this.#commit(this.#generation, positions);
  }

  pause(place: TopicPartition): void {
    const partition = this.#buffer(place);
    if (partition !== undefined) partition.isPaused = true;
    this.#polling.wake();
  }

  resume(place: TopicPartition): void {
    const partition = this.#buffer(place);
    if (partition !== undefined) partition.isPaused = false;
    this.#goOn();
  }

  seek(place: TopicPartition, offset: string): void {
    this.#buffer(place)?.seek(BigInt(offset));
    this.#goOn();
  }

  disconnect(): Promise<void> {
    return (this.#ended ??= this.#end());
  }

  async #end(): Promise<void> {
    this.#hasEnded = true;
    await Promise.all(this.#batches);
    await this.#polling.end();
    if (this.#isConnected) await asked<unknown>((done) => this.#consumer.disconnect(done));
  }

  #rebalanced(error: unknown, places: readonly TopicPartition[]): void {
    const assigns = errorCode(error) === assignsPartitions;
    if (!assigns || this.#hasEnded) void this.#revoked();
    // It rejects one that a later rebalance has overtaken, of which it tells next.
    else if (isTaken(() => this.#consumer.assign(places.map((place) => ({ ...place, offset: beginning }))))) this.#assigned(places);
  }

  #assigned(places: readonly TopicPartition[]): void {
    // Nothing is fetched before the engine has said where it goes on.
    if (places.length > 0) this.#consumer.pause(places);
    this.#partitions = new Map(
      places.map((place) => [partitionKey(place.topic, place.partition), new PartitionBuffer(place, this.#batchBytes)]),
    );
    this.#generation = new Generation(this.timing);
    this.#joinErrors.joined();
    this.#listener?.assigned(`${this.clientId}#${this.#expulsions}`, places, this.#signs?.takesLead());
  }

  /**
   * librdkafka waits with the rebalance until the partitions are given up: batches in process end, and commit, before that. So do those of a
   * member that drains.
   */
  async #revoked(): Promise<void> {
    const isLost = this.#consumer.assignmentLost();
    if (isLost) this.#expulsions++;
    this.#generation?.refuse(isLost ? 'UNKNOWN_MEMBER_ID' : 'REBALANCE_IN_PROGRESS');
    await Promise.all(this.#batches);
    this.#partitions = new Map();
    isTaken(() => this.#consumer.unassign());
  }

  #confirmed(took: number): void {
    if (isLate(took, this.timing)) return;
    this.#generation?.confirm();
    this.#listener?.confirmed();
  }

  #delivered(message: ConsumedMessage): void {
    const partition = this.#buffer(message);
    if (partition?.accepts !== true) return;
    this.#joinErrors.read();
    // It has begun anew where its policy says, as its position is not in the log.
    if (!partition.add(recordOf(message))) this.#listener?.suspected();
  }

  #reachedEnd(end: EndOfPartition): void {
    const partition = this.#buffer(end);
    if (partition?.accepts !== true) return;
    this.#joinErrors.read();
    partition.ends(BigInt(end.offset));
  }

  #buffer({ topic, partition }: TopicPartition): PartitionBuffer | undefined {
    return this.#partitions.get(partitionKey(topic, partition));
  }

  #goOn(): void {
    this.#dispatch();
    this.#polling.wake();
  }

  /** Between two calls for messages: brings the client to where the partitions are to go on, and hands over what has been delivered. */
  async #steer(): Promise<void> {
    this.#dispatch();
    if (this.#generation?.refusal !== undefined) return;
    await Promise.all([...this.#partitions.values()].map((partition) => partition.steer(this.#consumer, () => this.#polling.wake())));
  }

  /** Hands over the batches that can begin. */
  #dispatch(): void {
    if (this.#hasEnded || this.#generation === undefined || !this.#generation.isHeld) return;
    const generation = this.#generation;
    dispatchInTurns(this.#partitions, {
      mayBegin: () => this.#batches.size < this.#concurrency,
      begin: (partition, records, version) => this.#begin(generation, partition, records, version),
      passedEmpty: (partition, lastOffset) => this.#listener?.passedEmpty(partition, lastOffset),
    });
  }

  #begin(generation: Generation, partition: PartitionBuffer, records: FetchedRecords, version: number): void {
    let resolved: bigint | undefined;
    const batch = this.#batchOf(generation, partition, records, version, (offset) => (resolved = offset));
    const handling = (this.#listener as GroupMemberListener)
      .batch(batch)
      .catch((error: unknown) => this.#doubt(generation, error))
      .then(() => {
        this.#batches.delete(handling);
        endTurn(partition, records, version, resolved, () => this.#goOn());
      });
    this.#batches.add(handling);
  }

  #doubt(generation: Generation, error: unknown): void {
    if (generation !== this.#generation || this.#hasEnded) return;
    if (isMembershipRefused(error) || isCoordinatorMoved(error)) generation.doubt(() => generation === this.#generation && this.rejoin());
  }

  #batchOf(
    generation: Generation,
    partition: PartitionBuffer,
    records: FetchedRecords,
    version: number,
    resolve: (offset: bigint) => void,
  ): MemberBatch {
    const { topic, partition: number } = partition;
    const { messages, lastOffset, fetchedOffset } = records;
    return {
      topic,
      partition: number,
      messages,
      lastOffset: String(lastOffset),
      fetchedOffset: fetchedOffset === undefined ? undefined : String(fetchedOffset),
      highWatermark: this.#highWatermark(topic, number, lastOffset + 1n),
      maxTimestamp: () => latestTimestamp(records),
      isStale: () => this.#generation !== generation || generation.refusal !== undefined || partition.version !== version,
      heartbeat: () => generation.heartbeat(),
      commit: (position) => this.#commit(generation, [position]),
      resolve: (offset) => resolve(BigInt(offset)),
    };
  }

  #highWatermark(topic: string, partition: number, least: bigint): string {
    try {
      const { highOffset } = this.#consumer.getWatermarkOffsets(topic, partition);
      return String(BigInt(highOffset) > least ? highOffset : least);
    } catch {
      // Before its first fetch has ended.
      return String(least);
    }
  }

  async #commit(generation: Generation | undefined, positions: readonly CommitPosition[]): Promise<void> {
    if (generation === undefined || generation !== this.#generation || generation.isLost)
      throw new KafkaError('UNKNOWN_MEMBER_ID', 'Not a member of the group', undefined);
    const askedAt = performance.now();
    await this.#commits.commit(positions);
    if (generation === this.#generation) this.#confirmed(performance.now() - askedAt);
  }
}
