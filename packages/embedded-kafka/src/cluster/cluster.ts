import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import { EmbeddedKafkaError } from '../embedded-kafka-error.ts';
import type { Group } from '../groups/group.ts';
import { GroupCoordinator } from '../groups/group-coordinator.ts';
import { TransactionCoordinator } from '../transactions/transaction-coordinator.ts';
import { type BrokerNode, Nodes } from './nodes.ts';
import { RetentionCheck } from './retention-check.ts';
import { moveLeader, type Topic } from './topic.ts';
import { Topics } from './topics.ts';

/** What a {@link Cluster} is made with. */
export interface ClusterOptions {
  readonly clock: Clock;
  readonly brokers: number;
  /** Partitions of a topic that is made because a client asked for it by name. */
  readonly defaultPartitions: number;
  /** Whether a client that asks for a topic by name makes it. */
  readonly autoCreateTopics: boolean;
}

/**
 * All that the brokers of one cluster share. They are in one process, so nothing is replicated: every broker sees the same
 * topics, groups and transactions, and answers for those that it leads or coordinates.
 */
export class Cluster {
  readonly clusterId: string = randomUUID();
  readonly topics: Topics;
  readonly groups: GroupCoordinator;
  readonly transactions: TransactionCoordinator;
  readonly options: ClusterOptions;
  /** Filled as the brokers listen. */
  readonly nodes: Nodes = new Nodes();
  readonly #retention: RetentionCheck;
  #lastProducerId = 0;

  constructor(options: ClusterOptions) {
    const { clock, brokers } = options;
    this.options = options;
    this.topics = new Topics(clock, (sequence) => (sequence % brokers) + 1);
    this.#retention = new RetentionCheck(clock, this.topics);
    this.groups = new GroupCoordinator({ clock });
    this.transactions = new TransactionCoordinator({
      clock,
      allocateProducerId: () => (this.#lastProducerId += 1),
      log: (topic, partition) => this.topics.partition(topic, partition)?.log,
      group: (groupId) => this.groups.get(groupId),
      coordinatorEpoch: () => 0,
    });
  }

  /** The broker that answers for what clients send to the controller: the first that is up. */
  get controllerId(): number {
    return this.nodes.up[0]?.nodeId ?? -1;
  }

  /** @throws {EmbeddedKafkaError} `not_found` unless there is such a broker and it is up */
  requireUp(nodeId: number): void {
    const isThere = this.nodes.up.some((node) => node.nodeId === nodeId);
    if (!isThere) throw new EmbeddedKafkaError('not_found', `There is no broker ${nodeId} that is up`);
  }

  /** The broker that coordinates a group or a transactional id. */
  coordinatorOf(key: string): BrokerNode | undefined {
    return this.nodes.coordinatorOf(key);
  }

  /** Makes another broker the coordinator of a group: its members look for it and go on there. */
  moveCoordinator(groupId: string, nodeId: number): void {
    this.nodes.moveCoordinator(groupId, nodeId);
    this.groups.get(groupId)?.failOver();
  }

  /** A broker is gone: what it led and coordinated goes to the next one that is up, or waits for its return. */
  nodeDown(nodeId: number): void {
    const coordinated = this.#coordinatedBy(nodeId);
    this.nodes.setUp(nodeId, false);
    for (const topic of this.topics.list()) {
      for (const partition of topic.partitions) {
        if (partition.leader === nodeId) moveLeader(partition, this.nodes.nextUp(nodeId)?.nodeId ?? nodeId);
      }
    }
    for (const group of coordinated) group.failOver();
  }

  /** A broker is back: it coordinates again what is its own. What others lead by now they go on to lead. */
  nodeUp(nodeId: number): void {
    this.nodes.setUp(nodeId, true);
    for (const group of this.#coordinatedBy(nodeId)) group.failOver();
  }

  /** Deletes a topic and what groups have committed for it. Who waits for its records is answered at once. */
  deleteTopic(topic: Topic): void {
    this.topics.delete(topic);
    this.groups.deleteTopic(topic.name);
    for (const { log } of topic.partitions) log.delete();
  }

  /** Ends what waits and takes all timers back. */
  close(): void {
    this.#retention.close();
    this.groups.close();
    this.transactions.close();
  }

  #coordinatedBy(nodeId: number): Group[] {
    return this.groups.list().filter(({ groupId }) => this.coordinatorOf(groupId)?.nodeId === nodeId);
  }
}
