import type { Timers } from '../../core/suspendable-clock.ts';

/** Settings for all groups: Kafka's broker configs of the same names. */
export interface GroupConfig {
  /**
   * How long a new group waits for more members before its first generation, in milliseconds. Each new member extends
   * the wait by as much again, up to the longest rebalance timeout. Apache Kafka's default is 3000.
   *
   * @default 0
   */
  readonly groupInitialRebalanceDelayMs: number;
  /** Shortest session timeout that a member may request, in milliseconds. @default 6000 */
  readonly groupMinSessionTimeoutMs: number;
  /** Longest session timeout that a member may request, in milliseconds. @default 1800000 */
  readonly groupMaxSessionTimeoutMs: number;
  /** Maximum number of members. @default Infinity */
  readonly groupMaxSize: number;
  /** Maximum length of the metadata of a committed offset, in bytes of UTF-8. @default 4096 */
  readonly offsetMetadataMaxBytes: number;
}

/**
 * Apache Kafka's defaults, except for the initial delay: a test has no other members to wait for. The limit of metadata is the broker's
 * `offset.metadata.max.bytes`.
 */
export const defaultGroupConfig: GroupConfig = {
  groupInitialRebalanceDelayMs: 0,
  groupMinSessionTimeoutMs: 6_000,
  groupMaxSessionTimeoutMs: 1_800_000,
  groupMaxSize: Infinity,
  offsetMetadataMaxBytes: 4_096,
};

/** Settings of one group of the consumer protocol: Kafka's group configs of the same names, in milliseconds. */
export interface ConsumerGroupConfig {
  /** After how long without a heartbeat a member is removed. */
  readonly sessionTimeoutMs: number;
  /** How often members are told to send heartbeats. */
  readonly heartbeatIntervalMs: number;
  /** How long the group waits for more changes after an assignment. */
  readonly assignmentIntervalMs: number;
}

/** Apache Kafka's defaults, except for the interval of assignments, which is 1000 there: a test has no other members to wait for. */
export const defaultConsumerGroupConfig: ConsumerGroupConfig = {
  sessionTimeoutMs: 45_000,
  heartbeatIntervalMs: 5_000,
  assignmentIntervalMs: 0,
};

/** What a group of the classic protocol is made with. */
export interface MembershipOptions {
  /** Ends sessions and rebalances. */
  readonly clock: Timers;
  /** All groups of a broker have the same. */
  readonly config: GroupConfig;
  /** Creates a unique member id; `name` is the instance id of a static member, otherwise the client id. */
  readonly newMemberId: (name: string) => string;
}
