import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import { GroupCoordinator } from '../groups/group-coordinator.ts';
import { TransactionCoordinator } from '../transactions/transaction-coordinator.ts';
import type { Topic } from './topic.ts';
import { Topics } from './topics.ts';

/** A broker of the cluster as clients are told of it. */
export interface BrokerNode {
  /** From 1 on. */
  readonly nodeId: number;
  readonly host: string;
  readonly port: number;
}

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
  readonly nodes: BrokerNode[] = [];
  #lastProducerId = 0;

  constructor(options: ClusterOptions) {
    const { clock, brokers } = options;
    this.options = options;
    this.topics = new Topics(clock, (sequence) => (sequence % brokers) + 1);
    this.groups = new GroupCoordinator({ clock });
    this.transactions = new TransactionCoordinator({
      clock,
      allocateProducerId: () => (this.#lastProducerId += 1),
      log: (topic, partition) => this.topics.partition(topic, partition)?.log,
      group: (groupId) => this.groups.get(groupId),
      coordinatorEpoch: () => 0,
    });
  }

  /** The broker that answers for what clients send to the controller. */
  get controllerId(): number {
    return 1;
  }

  /** The broker that coordinates a group or a transactional id: the same for the same key, spread over all brokers. */
  coordinatorOf(key: string): BrokerNode | undefined {
    let hash = 0;
    for (let index = 0; index < key.length; index += 1) hash = (hash * 31 + key.charCodeAt(index)) >>> 0;
    return this.nodes[hash % this.nodes.length];
  }

  /** Deletes a topic and what groups have committed for it. */
  deleteTopic(topic: Topic): void {
    this.topics.delete(topic);
    this.groups.deleteTopic(topic.name);
  }

  /** Ends what waits and takes all timers back. */
  close(): void {
    this.groups.close();
    this.transactions.close();
  }
}
