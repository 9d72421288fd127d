/** What the broker's operator decides for all groups: Kafka's broker settings of the same names. */
export interface GroupConfig {
  /**
   * How long a group that gets its first member waits for others before its first generation, in milliseconds.
   * Each new member lets it wait as long again, up to the longest rebalance timeout. Apache Kafka's default is 3000.
   *
   * @default 0
   */
  readonly groupInitialRebalanceDelayMs: number;
  /** Shortest session timeout that a member may ask for, in milliseconds. @default 6000 */
  readonly groupMinSessionTimeoutMs: number;
  /** Longest session timeout that a member may ask for, in milliseconds. @default 1800000 */
  readonly groupMaxSessionTimeoutMs: number;
  /** Most members that a group takes. @default Infinity */
  readonly groupMaxSize: number;
  /** Longest text beside a committed offset, in bytes of UTF-8. @default 4096 */
  readonly offsetMetadataMaxBytes: number;
}

/** Apache Kafka's defaults, but no initial delay: a test has no others to wait for. */
export const defaultGroupConfig: GroupConfig = {
  groupInitialRebalanceDelayMs: 0,
  groupMinSessionTimeoutMs: 6_000,
  groupMaxSessionTimeoutMs: 1_800_000,
  groupMaxSize: Infinity,
  offsetMetadataMaxBytes: 4_096,
};
