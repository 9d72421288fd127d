import { randomUUID } from 'node:crypto';
import { ask } from '../../../packages/embedded-kafka/test/support/ask.ts';
import type { RequestToEncode } from '../../../packages/embedded-kafka/src/wire/apis/apis.ts';
import { errorName } from './error-name.ts';
import { only } from './requests.ts';

/** What the broker answered to a heartbeat. */
interface Heartbeat {
  readonly error: string;
  /** Relative to the epoch in which the member joined: brokers count differently until then. */
  readonly epoch: number;
  /** `topic id:partitions`, or null when the response says nothing of partitions. */
  readonly assigned: readonly string[] | null;
}

type Said = Partial<RequestToEncode<'ConsumerGroupHeartbeat'>>;

/** A member of a group of the consumer protocol (KIP-848), of which a test writes each heartbeat. */
export class RawConsumer {
  readonly groupId: string;
  readonly memberId: string = randomUUID();
  readonly #broker: string;
  /** The epoch of the last response. */
  epoch = 0;
  #first = 0;

  constructor(broker: string, groupId: string) {
    this.#broker = broker;
    this.groupId = groupId;
  }

  /** Joins, subscribed to `topics`. */
  join(topics: readonly string[], said: Said = {}): Promise<Heartbeat> {
    return this.heartbeat({ memberEpoch: 0, rebalanceTimeoutMs: 30_000, subscribedTopicNames: topics, topicPartitions: [], ...said });
  }

  /** One heartbeat, which says nothing but what is given. */
  async heartbeat(said: Said = {}): Promise<Heartbeat> {
    const { memberId, groupId, epoch: memberEpoch } = this;
    const answer = await ask(this.#broker, 'ConsumerGroupHeartbeat', 1, { groupId, memberId, memberEpoch, ...said });
    if (answer.errorCode === 0 && answer.memberEpoch >= 0) this.epoch = answer.memberEpoch;
    if (this.#first === 0) this.#first = this.epoch;
    const assigned = answer.assignment?.topicPartitions.map(
      ({ topicId, partitions }) => `${topicId}:${partitions.toSorted((a, b) => a - b).join()}`,
    );
    const error = errorName(answer.errorCode);
    return {
      error,
      epoch: answer.memberEpoch > 0 ? answer.memberEpoch - this.#first : answer.memberEpoch,
      assigned: assigned?.sort() ?? null,
    };
  }

  /** Says what the member has, as `{ topic id: partitions }`. */
  owns(owned: Readonly<Record<string, readonly number[]>>): Promise<Heartbeat> {
    return this.heartbeat({ topicPartitions: Object.entries(owned).map(([topicId, partitions]) => ({ topicId, partitions })) });
  }

  leave(): Promise<Heartbeat> {
    return this.heartbeat({ memberEpoch: -1 });
  }

  /** Commits an offset of each partition, and resolves with one error for all, or with each. */
  async commit(topic: string, partitions: readonly number[], { epoch = this.epoch, version = 9 } = {}): Promise<string> {
    const offsets = partitions.map((partitionIndex) => ({ partitionIndex, committedOffset: 7, committedMetadata: null }));
    const { topics } = await ask(this.#broker, 'OffsetCommit', version, {
      groupId: this.groupId,
      memberId: this.memberId,
      generationIdOrMemberEpoch: epoch,
      topics: [{ name: topic, partitions: offsets }],
    });
    return [...new Set(only(topics).partitions.map(({ errorCode }) => errorName(errorCode)))].join();
  }

  /** The error of fetching an offset as a member, or as nobody in particular. */
  async fetchOffsets(topic: string, memberId: string | null, memberEpoch: number): Promise<string> {
    const topics = [{ name: topic, partitionIndexes: [0] }];
    const groups = [{ groupId: this.groupId, memberId, memberEpoch, topics }];
    return errorName(only((await ask(this.#broker, 'OffsetFetch', 9, { groups })).groups).errorCode);
  }
}
