import type { Clock } from '../core/clock.ts';
import { PartitionLog, type PartitionLogConfig } from '../log/partition-log.ts';

/** What a {@link Partition} is made with. */
interface PartitionOptions {
  readonly topic: string;
  readonly index: number;
  readonly leader: number;
  readonly clock: Clock;
  /** The configs of the topic at the broker that leads the partition. */
  readonly configOf: (leader: number) => PartitionLogConfig;
}

/** A partition: its log, and the broker that leads it. */
export class Partition {
  readonly index: number;
  readonly log: PartitionLog;
  readonly #configOf: (leader: number) => PartitionLogConfig;
  #leader: number;
  // Kept, as each append and each retention reads it.
  #config: PartitionLogConfig;

  constructor({ topic, index, leader, clock, configOf }: PartitionOptions) {
    this.index = index;
    this.#leader = leader;
    this.#configOf = configOf;
    this.#config = configOf(leader);
    this.log = new PartitionLog({ topic, partition: index, clock, config: () => this.#config });
  }

  /** The id of the broker that leads the partition. */
  get leader(): number {
    return this.#leader;
  }

  /** Makes a broker the leader in a new leader epoch, even when it leads the partition already. */
  moveLeader(nodeId: number): void {
    this.#leader = nodeId;
    this.readConfig();
    this.log.bumpLeaderEpoch();
  }

  /** Takes over changed configs of the topic or of its leader. */
  readConfig(): void {
    this.#config = this.#configOf(this.#leader);
  }
}
