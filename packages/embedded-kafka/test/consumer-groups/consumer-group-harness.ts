import { GroupCoordinator } from '../../src/groups/group-coordinator.ts';
import type { AssignableTopic } from '../../src/groups/consumer/assignors/assignable-partitions.ts';
import type { ConsumerGroup } from '../../src/groups/consumer/consumer-group.ts';
import type { HeartbeatRequest, HeartbeatResult } from '../../src/groups/consumer/heartbeat-request.ts';
import { defaultConsumerGroupConfig } from '../../src/groups/any/group-config.ts';
import { CountingClock } from '../groups/group-harness.ts';

const unchanged: HeartbeatRequest = {
  memberId: '',
  memberEpoch: 0,
  instanceId: null,
  rackId: null,
  rebalanceTimeoutMs: -1,
  subscribedTopicNames: null,
  subscribedTopicRegex: null,
  serverAssignor: null,
  topicPartitions: null,
  clientId: 'client',
  clientHost: '/127.0.0.1',
};

/** A coordinator with the topics that its groups assign, and a clock that tests advance. */
export class ConsumerGroupHarness {
  readonly clock = new CountingClock();
  readonly coordinator: GroupCoordinator;
  config = defaultConsumerGroupConfig;
  readonly #topics = new Map<string, { name: string; id: string; partitions: { length: number } }>();
  #created = 0;

  /** @param groupMaxSize the maximum number of members */
  constructor(groupMaxSize = Infinity) {
    const topics = {
      get: (name: string): AssignableTopic | undefined => this.#topics.get(name),
      getById: (id: string): AssignableTopic | undefined => this.topics.find((topic) => topic.id === id),
      list: (): AssignableTopic[] => this.topics,
    };
    this.coordinator = new GroupCoordinator({ clock: this.clock, topics, config: { groupMaxSize }, consumerConfig: () => this.config });
  }

  get topics(): AssignableTopic[] {
    return [...this.#topics.values()];
  }

  /** Creates a topic, or one of the same name again. */
  createTopic(name: string, partitions: number): string {
    this.#created += 1;
    const id = `${name}#${this.#created}`;
    this.#topics.set(name, { name, id, partitions: { length: partitions } });
    return id;
  }

  grow(name: string, partitions: number): void {
    const topic = this.#topics.get(name);
    if (topic !== undefined) topic.partitions.length = Math.max(topic.partitions.length, partitions);
  }

  deleteTopic(name: string): void {
    this.#topics.delete(name);
  }

  heartbeat(groupId: string, request: Partial<HeartbeatRequest>): HeartbeatResult {
    return this.coordinator.consumerHeartbeat({ groupId, ...unchanged, ...request });
  }

  /** A member joins, subscribed to `names`. */
  join(groupId: string, memberId: string, names: readonly string[], request: Partial<HeartbeatRequest> = {}): HeartbeatResult {
    return this.heartbeat(groupId, { memberId, subscribedTopicNames: names, rebalanceTimeoutMs: 60_000, topicPartitions: [], ...request });
  }

  group(groupId: string): ConsumerGroup {
    const group = this.coordinator.get(groupId);
    if (group?.type !== 'consumer') throw new Error(`There is no consumer group ${groupId}`);
    return group;
  }
}

/** The partitions of a response in one line: `orders#1:0,1`; null when it has none. */
export function assigned({ assignment }: HeartbeatResult): string | null {
  return assignment && assignment.map(({ topicId, partitions }) => `${topicId}:${partitions.join()}`).join(' ');
}
