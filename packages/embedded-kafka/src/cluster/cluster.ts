import { randomUUID } from 'node:crypto';
import type { Clock } from '../core/clock.ts';
import { SuspendableClock } from '../core/suspendable-clock.ts';
import { EmbeddedKafkaError } from '../core/embedded-kafka-error.ts';
import { type AnyGroup, GroupCoordinator } from '../groups/group-coordinator.ts';
import { TransactionCoordinator } from '../transactions/transaction-coordinator.ts';
import { BrokerConfigs } from './broker-configs.ts';
import { GroupConfigs } from './group-configs.ts';
import { type BrokerNode, Nodes } from './nodes.ts';
import type { Topic } from './topic.ts';
import { RetentionCheck, Topics } from './topics.ts';

/** What differs from Apache Kafka's defaults: a test has no other members to wait for, and wants short sessions. */
const forTests: ReadonlyMap<string, string> = new Map([
  ['group.consumer.assignment.interval.ms', '0'],
  ['group.consumer.migration.policy', 'disabled'],
  ['group.consumer.min.heartbeat.interval.ms', '1'],
  ['group.consumer.min.session.timeout.ms', '1'],
  ['group.initial.rebalance.delay.ms', '0'],
]);

/** Options of a {@link Cluster}. */
export interface ClusterOptions {
  readonly clock: Clock;
  readonly brokers: number;
  /** Partition count of a topic that a client creates by asking for its metadata. */
  readonly defaultPartitions: number;
  /** Whether a client creates a topic by asking for its metadata. */
  readonly autoCreateTopics: boolean;
}

/**
 * The state that the brokers of one cluster share. They run in one process, so nothing is replicated: every broker sees
 * the same topics, groups and transactions, and answers for those that it leads or coordinates.
 */
export class Cluster {
  readonly clusterId: string = randomUUID();
  readonly brokerConfigs: BrokerConfigs;
  readonly groupConfigs: GroupConfigs;
  readonly topics: Topics;
  readonly groups: GroupCoordinator;
  readonly transactions: TransactionCoordinator;
  readonly options: ClusterOptions;
  /** Filled as the brokers begin to listen. */
  readonly nodes: Nodes = new Nodes();
  readonly #retention: RetentionCheck;
  readonly #groupClock: SuspendableClock;
  #lastProducerId = 0;

  constructor(options: ClusterOptions) {
    const { clock } = options;
    this.options = options;
    this.brokerConfigs = new BrokerConfigs(
      new Map([
        ...forTests,
        ['auto.create.topics.enable', String(options.autoCreateTopics)],
        ['num.partitions', String(options.defaultPartitions)],
      ]),
    );
    this.topics = new Topics({ clock, brokerConfigs: this.brokerConfigs, leaderOf: (sequence) => this.#leaderOf(sequence) });
    this.#retention = new RetentionCheck(clock, this.topics);
    this.groupConfigs = new GroupConfigs(this.brokerConfigs);
    this.#groupClock = new SuspendableClock(clock);
    this.groups = new GroupCoordinator({
      clock: this.#groupClock,
      topics: this.topics,
      consumerConfig: (groupId) => this.groupConfigs.of(groupId, this.coordinatorOf(groupId)?.nodeId ?? 1),
    });
    this.transactions = new TransactionCoordinator({
      clock,
      allocateProducerId: () => (this.#lastProducerId += 1),
      log: (topic, partition) => this.topics.partition(topic, partition)?.log,
      group: (groupId) => this.groups.get(groupId),
      coordinatorEpoch: () => 0,
    });
  }

  /** The id of the controller: the first broker that is up; -1 when none is. */
  get controllerId(): number {
    return this.nodes.up[0]?.nodeId ?? -1;
  }

  /** @throws {EmbeddedKafkaError} `not_found` when no broker with this id is up */
  requireUp(nodeId: number): void {
    const isThere = this.nodes.up.some((node) => node.nodeId === nodeId);
    if (!isThere) throw new EmbeddedKafkaError('not_found', `Broker ${nodeId} does not exist or is down`);
  }

  /** The broker that coordinates a group or a transactional id. */
  coordinatorOf(key: string): BrokerNode | undefined {
    return this.nodes.coordinatorOf(key);
  }

  /** Makes another broker the coordinator of a group. Its members look the coordinator up and continue there. */
  moveCoordinator(groupId: string, nodeId: number): void {
    this.nodes.moveCoordinator(groupId, nodeId);
    this.groups.get(groupId)?.failOver();
  }

  /**
   * Marks a broker as down: the next broker that is up takes over what it led and coordinated; when none is up, that
   * waits.
   */
  nodeDown(nodeId: number): void {
    const coordinated = this.#coordinatedBy(nodeId);
    this.nodes.setUp(nodeId, false);
    for (const topic of this.topics.list()) {
      for (const partition of topic.partitions) {
        if (partition.leader === nodeId) partition.moveLeader(this.nodes.nextUp(nodeId)?.nodeId ?? nodeId);
      }
    }
    for (const group of coordinated) group.failOver();
    // No member can reach a coordinator, so none may be missed by one.
    if (this.nodes.up.length === 0) this.#groupClock.suspend();
  }

  /**
   * Marks a broker as up again: it coordinates its own groups again, but leaders that took over from it stay leaders.
   */
  nodeUp(nodeId: number): void {
    this.nodes.setUp(nodeId, true);
    this.#groupClock.resume();
    for (const group of this.#coordinatedBy(nodeId)) group.failOver();
  }

  /** Replaces the configs that were set for a broker, or for all when `broker` is empty: topics take their defaults from them. */
  replaceBrokerConfigs(broker: string, configs: ReadonlyMap<string, string>): void {
    this.brokerConfigs.replace(broker, configs);
    for (const topic of this.topics.list()) topic.readConfigs();
  }

  /**
   * Deletes a topic and the offsets that groups committed for it. Fetches that wait for its records are answered at
   * once.
   */
  deleteTopic(topic: Topic): void {
    this.topics.delete(topic);
    this.groups.deleteTopic(topic.name);
    for (const { log } of topic.partitions) log.delete();
  }

  /** Completes all delayed operations and cancels all timers. */
  close(): void {
    this.#retention.close();
    this.groups.close();
    this.transactions.close();
  }

  /** The brokers in turn; one that is up in the place of one that is not. */
  #leaderOf(sequence: number): number {
    const nodeId = (sequence % this.options.brokers) + 1;
    return this.nodes.nextUp(nodeId)?.nodeId ?? nodeId;
  }

  #coordinatedBy(nodeId: number): AnyGroup[] {
    return this.groups.list().filter(({ groupId }) => this.coordinatorOf(groupId)?.nodeId === nodeId);
  }
}
