import type { HeartbeatRequest } from '../../src/groups/consumer/heartbeat-request.ts';
import { byTopic, keysOf, type PartitionKey } from '../../src/groups/consumer/assignors/assignable-partitions.ts';
import type { ConsumerGroupHarness } from './consumer-group-harness.ts';

/** A consumer that keeps the rules of the protocol, at its own pace: it reads from what it has until it gives it up. */
export class SimulatedConsumer {
  readonly memberId: string;
  /** What it reads from. */
  owned: ReadonlySet<PartitionKey> = new Set();
  #names: readonly string[];
  #epoch = 0;
  /** What it was told to have, and has not taken over yet. */
  #assignment: ReadonlySet<PartitionKey> | undefined;
  /** Whether the broker must be told again what it has, and all the rest: a response may be lost. */
  #mustSayAll = true;
  readonly #harness: ConsumerGroupHarness;

  constructor(harness: ConsumerGroupHarness, memberId: string, names: readonly string[]) {
    this.#harness = harness;
    this.memberId = memberId;
    this.#names = names;
  }

  get isIn(): boolean {
    return this.#epoch > 0;
  }

  /** Gives up what it must no longer have, and begins with what is new. */
  takeOver(): void {
    if (this.#assignment === undefined) return;
    this.owned = this.#assignment;
    this.#assignment = undefined;
    this.#mustSayAll = true;
  }

  subscribe(names: readonly string[]): void {
    this.#names = names;
    this.#mustSayAll = true;
  }

  /** @param isLost whether the response does not arrive */
  heartbeat(isLost: boolean): void {
    const everything: Partial<HeartbeatRequest> = {
      rebalanceTimeoutMs: 60_000,
      subscribedTopicNames: this.#names,
      topicPartitions: this.#epoch === 0 ? [] : byTopic(this.owned),
    };
    const saysAll = this.#mustSayAll || this.#epoch === 0;
    const request = { memberId: this.memberId, memberEpoch: this.#epoch, ...(saysAll ? everything : {}) };
    // The broker may give to others what this consumer says that it does not have, and the response may be lost.
    if (saysAll) this.#assignment = undefined;
    const { error, memberEpoch, assignment } = this.#harness.heartbeat('g', request);
    if (isLost) {
      this.#mustSayAll = true;
      return;
    }
    if (error === 'FENCED_MEMBER_EPOCH' || error === 'UNKNOWN_MEMBER_ID') {
      this.crash();
      return;
    }
    if (error !== 'NONE') throw new Error(`heartbeat of ${this.memberId}: ${error}`);
    this.#mustSayAll = false;
    this.#epoch = memberEpoch;
    if (assignment !== null) this.#assignment = keysOf(assignment);
  }

  leave(): void {
    // A consumer stops reading before it says so.
    this.owned = new Set();
    this.#harness.heartbeat('g', { memberId: this.memberId, memberEpoch: -1 });
    this.crash();
  }

  /** It has nothing any more, and would have to join again. */
  crash(): void {
    this.owned = new Set();
    this.#assignment = undefined;
    this.#epoch = 0;
    this.#mustSayAll = true;
  }
}
