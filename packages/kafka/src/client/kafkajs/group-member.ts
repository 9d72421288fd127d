import type { Consumer, ConsumerConfig, EachBatchPayload, KafkaMessage } from 'kafkajs';
import { atMost } from '../../core/aborted-work.ts';
import {
  isLate,
  type CommitPosition,
  type GroupMemberListener,
  type GroupMemberPort,
  type MemberBatch,
  type MemberTiming,
} from '../port/group-member.ts';
import { isCoordinatorMoved } from '../port/kafka-error.ts';
import { partitionKey, type TopicPartition } from '../port/topic-partition.ts';
import { acknowledgedCommits } from './acknowledged-commits.ts';
import type { ConsumerRestart } from './consumer-restart.ts';

// kafkajs' own; heartbeats are sent in time, whatever the handler awaits.
const defaultHeartbeatInterval = 3_000;
const defaultSessionTimeout = 30_000;

// Milliseconds for joining, before a member that leaves is disconnected.
const longestJoin = 2_000;

/** kafkajs' consumer as the engine uses it. */
export class KafkajsMember implements GroupMemberPort {
  readonly client: Consumer;
  readonly clientId = undefined;
  readonly timing: MemberTiming;
  readonly #restart: ConsumerRestart;
  readonly #commits: ReturnType<typeof acknowledgedCommits>;
  readonly #concurrency: number;
  /** By partition, where it was sought: until kafkajs tells of one of its batches. */
  readonly #sought = new Map<string, string>();
  #listener: GroupMemberListener | undefined;
  #hasEnded = false;

  /** @param concurrency partitions whose batches are in process at the same time */
  constructor(consumer: Consumer, restart: ConsumerRestart, config: Omit<ConsumerConfig, 'groupId'>, concurrency: number) {
    this.client = consumer;
    this.#restart = restart;
    this.#commits = acknowledgedCommits(consumer);
    this.#concurrency = concurrency;
    this.timing = {
      sessionTimeout: config.sessionTimeout ?? defaultSessionTimeout,
      heartbeatInterval: config.heartbeatInterval ?? defaultHeartbeatInterval,
      // Heartbeats are sent after each fetch, however long the fetch may wait.
      longestFetch: config.maxWaitTimeInMs ?? 0,
    };
  }

  /** As the leader it could not assign topics that other members read. */
  unassigned(topics: readonly string[]): void {
    this.#listener?.unreadTopics(topics);
  }

  connect(): Promise<void> {
    return this.client.connect();
  }

  async join(topics: readonly string[], listener: GroupMemberListener): Promise<void> {
    const consumer = this.client;
    this.#listener = listener;
    this.#listen(listener);
    // Always: the engine decides where a partition starts. This setting makes the client reset to where nothing is lost.
    await consumer.subscribe({ topics: [...topics], fromBeginning: true });
    await this.#restart.start(() =>
      consumer.run({
        autoCommit: false,
        eachBatchAutoResolve: false,
        partitionsConsumedConcurrently: this.#concurrency,
        eachBatch: (payload) => this.#eachBatch(payload, listener),
      }),
    );
  }

  /** kafkajs joins again by the error of a batch, as it handles that of a commit of its own; without any, by a restart. */
  rejoin(): void {
    this.#restart.again(() => this.client.stop());
  }

  commit(positions: readonly CommitPosition[]): Promise<void> {
    return this.#commits.commitOffsets([...positions]);
  }

  // Partition by partition: kafkajs forgets single pauses when a whole topic is paused.
  pause({ topic, partition }: TopicPartition): void {
    this.client.pause([{ topic, partitions: [partition] }]);
  }

  resume({ topic, partition }: TopicPartition): void {
    this.client.resume([{ topic, partitions: [partition] }]);
  }

  seek({ topic, partition }: TopicPartition, offset: string): void {
    this.#sought.set(partitionKey(topic, partition), offset);
    this.client.seek({ topic, partition, offset });
  }

  async disconnect(): Promise<void> {
    this.#hasEnded = true;
    this.#restart.end();
    await atMost(longestJoin, this.#restart.settled);
    await this.client.disconnect();
  }

  #listen(listener: GroupMemberListener): void {
    const consumer = this.client;
    const { events } = consumer;
    consumer.on(events.GROUP_JOIN, ({ payload: { memberId, memberAssignment, isLeader } }) => {
      if (this.#hasEnded) return this.#stop();
      this.#restart.joined();
      const places = Object.entries(memberAssignment).flatMap(([topic, partitions]) =>
        partitions.map((partition) => ({ topic, partition })),
      );
      listener.assigned(memberId, places, isLeader);
    });
    consumer.on(events.RECEIVED_UNSUBSCRIBED_TOPICS, ({ payload: { topicsNotSubscribed } }) => listener.unreadTopics(topicsNotSubscribed));
    // Of the last heartbeat, milliseconds: its request is reported first.
    let took = 0;
    consumer.on(events.HEARTBEAT, () => (isLate(took, this.timing) ? undefined : listener.confirmed()));
    // Metadata and offsets are requested when something has changed, or may have: a topic may be another one by now.
    consumer.on(events.REQUEST, ({ payload: { apiName, duration } }) => {
      if (apiName === 'Heartbeat') took = duration;
      if (apiName === 'Metadata' || apiName === 'ListOffsets') listener.suspected();
    });
    consumer.on(events.END_BATCH_PROCESS, ({ payload: { batchSize, topic, partition, lastOffset } }) => {
      if (batchSize === 0) this.#passedEmpty({ topic, partition }, lastOffset, listener);
    });
    consumer.on(events.CRASH, ({ payload: { error } }) => listener.crashed(error, this.#restart.crashed(error)));
  }

  /**
   * kafkajs hands over no records that were fetched before a seek, but tells of a batch without any, whenever it was fetched: it may be of
   * a log that no longer exists. The first one after a seek is therefore fetched again.
   */
  #passedEmpty(place: TopicPartition, lastOffset: string, listener: GroupMemberListener): void {
    const key = partitionKey(place.topic, place.partition);
    const offset = this.#sought.get(key);
    if (offset === undefined) return listener.passedEmpty(place, lastOffset);
    this.#sought.delete(key);
    this.client.seek({ ...place, offset });
  }

  /**
   * A kafkajs consumer that was disconnected while it joined its group still becomes a member. It can be stopped once it has recorded
   * that, which is after its event.
   */
  #stop(): void {
    setImmediate(() => void this.client.disconnect().catch(() => {}));
  }

  async #eachBatch(payload: EachBatchPayload, listener: GroupMemberListener): Promise<void> {
    const { topic, partition } = payload.batch;
    // One fetch brings one batch of a partition: what comes next was fetched after the seek.
    this.#sought.delete(partitionKey(topic, partition));
    try {
      await listener.batch(batchOf(payload));
    } catch (error) {
      // Its consumer commits at the broker at which it joined, and asks for the coordinator only when it joins again.
      throw isCoordinatorMoved(error) ? bareError(error) : error;
    }
  }
}

/** What kafkajs hands over: its types lack the offset that was fetched from, and the control records and aborted ones. */
type Fetched = EachBatchPayload['batch'] & { readonly fetchedOffset?: string; readonly rawMessages?: KafkaMessage[] };

function batchOf(payload: EachBatchPayload): MemberBatch {
  const batch: Fetched = payload.batch;
  const { topic, partition, messages, highWatermark, fetchedOffset } = batch;
  return {
    topic,
    partition,
    messages,
    highWatermark,
    fetchedOffset,
    lastOffset: batch.lastOffset(),
    maxTimestamp: () => latestOf(batch.rawMessages ?? messages),
    isStale: () => payload.isStale(),
    heartbeat: () => payload.heartbeat(),
    commit: ({ topic: name, ...position }) => payload.commitOffsetsIfNecessary({ topics: [{ topic: name, partitions: [position] }] }),
    resolve: (offset) => payload.resolveOffset(offset),
  };
}

function latestOf(messages: readonly KafkaMessage[]): number {
  // As text, since a number for each would cost as much as the rest of the loop: decimals of one length sort numerically.
  let time = '';
  for (const { timestamp } of messages)
    if (timestamp.length > time.length || (timestamp.length === time.length && timestamp > time)) time = timestamp;
  return Math.max(0, Number(time));
}

/** The broker's own error, from within kafkajs' wrappers: kafkajs handles only the bare one. */
function bareError(error: unknown): unknown {
  const { cause } = error as Error;
  return isCoordinatorMoved(cause) ? bareError(cause) : error;
}
