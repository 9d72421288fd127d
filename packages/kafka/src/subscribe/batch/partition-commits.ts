import type { CommitPosition } from '../../client/port/group-member.ts';
import type { ProgressGauges } from '../metrics/progress-gauges.ts';
import type { PartitionOpener } from '../partitions/partition-opener.ts';
import type { PartitionLog } from '../partitions/partition-log.ts';

/** The dependencies of one partition's commits. */
export interface CommitParts {
  readonly log: PartitionLog;
  readonly opener: PartitionOpener;
  readonly gauges: ProgressGauges;
  /** The end of the partition, as of the last fetch; decimal. */
  readonly highWatermark: string;
  /** Whether the partition is still this member's: nothing is committed after it was revoked. */
  readonly isCurrent: () => boolean;
  readonly send: (position: CommitPosition) => Promise<void>;
}

/** Commits the position of one partition, each position once, one commit at a time. */
export class PartitionCommits {
  readonly #parts: CommitParts;
  #underWay: Promise<void> = Promise.resolve();

  constructor(parts: CommitParts) {
    this.#parts = parts;
  }

  /** @throws what the client throws; the position is then committed by the next call */
  async commit(): Promise<void> {
    const before = this.#underWay;
    this.#underWay = before.catch(() => {}).then(() => this.#commitNow());
    return this.#underWay;
  }

  async #commitNow(): Promise<void> {
    const { log, opener, gauges, highWatermark, isCurrent } = this.#parts;
    if (!isCurrent()) return;
    const { topic, partition, incarnation } = log;
    const { offset, completed } = log.committable();
    const progress = { topic, partition, offset, end: BigInt(highWatermark), gap: completed.reach(offset) };
    const position = opener.positionOf(log, { offset, completed });
    const text = `${position.offset}/${position.metadata}`;
    if (text !== log.committed) {
      await this.#send(position);
      if (log.incarnation === incarnation) log.committed = text;
      // The group may have rebalanced meanwhile.
      if (!isCurrent()) return;
    }
    // Also without a commit: the partition may have grown.
    gauges.set(progress);
  }

  async #send(position: CommitPosition): Promise<void> {
    const { opener } = this.#parts;
    const send = (sent: CommitPosition): Promise<void> => opener.published([sent], () => this.#parts.send(sent));
    try {
      await send(position);
    } catch (error) {
      if (!opener.omitsMetadataAfter(error)) throw error;
      await send({ ...position, metadata: '' });
    }
  }
}
