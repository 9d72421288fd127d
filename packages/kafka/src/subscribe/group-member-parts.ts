import type { GroupMemberPort } from '../client/port/group-member.ts';
import type { FetchedRecord } from '../client/port/message.ts';
import type { InFlightMessage } from './attempt/attempt.ts';
import type { AttemptRunner } from './attempt/attempt-runner.ts';
import type { PartitionStop } from './batch/consume-batch.ts';
import type { CircuitBreaker } from './failure/circuit-breaker.ts';
import type { ProgressGauges } from './metrics/progress-gauges.ts';
import type { BlockedPartition, PartitionController } from './partitions/partition-controller.ts';
import type { OpenedPartition, PartitionOpener } from './partitions/partition-opener.ts';
import type { RetrySource } from './partitions/delivery.ts';
import type { PartitionLog } from './partitions/partition-log.ts';
import type { Settings } from './settings.ts';

/** The dependencies of a group member, and its callbacks. */
export interface GroupMemberParts<V> {
  readonly settings: Settings<V>;
  readonly member: GroupMemberPort;
  readonly topics: readonly string[];
  readonly retrySources: ReadonlyMap<string, RetrySource>;
  readonly opener: PartitionOpener;
  readonly runner: AttemptRunner<V>;
  readonly circuit: CircuitBreaker | undefined;
  readonly controller: PartitionController;
  readonly gauges: ProgressGauges;
  readonly isForeign: (topic: string, message: FetchedRecord) => boolean;
  readonly opened: (partitions: readonly OpenedPartition[]) => void;
  readonly unopened: (partition: BlockedPartition) => void;
  readonly blocked: (log: PartitionLog, stop: PartitionStop & { readonly kind: 'blocked' }) => void;
  readonly crashed: (error: unknown, restart: boolean) => void;
  readonly said: (fields: object, message: string) => void;
  /** Called when the group has expelled this member, with what was in flight. */
  readonly expelled: (inFlight: readonly InFlightMessage[]) => void;
}
