import type { MemberTiming } from '../../../port/group-member.ts';
import { KafkaError } from '../../../port/kafka-error.ts';

/**
 * One assignment of partitions to the member, and whether the coordinator confirms it. librdkafka heartbeats by itself: a heartbeat that is
 * asked for waits for its next one, unless the last one is new enough.
 */
export class Generation {
  readonly #timing: MemberTiming;
  #confirmedAt = performance.now();
  #refusal: KafkaError | undefined;
  #waiting = new Set<PromiseWithResolvers<void>>();
  #doubt: NodeJS.Timeout | undefined;

  constructor(timing: MemberTiming) {
    this.#timing = timing;
  }

  /** Why the member may start nothing more of it. */
  get refusal(): KafkaError | undefined {
    return this.#refusal;
  }

  /** Whether partitions may be another member's already. */
  get isLost(): boolean {
    return this.#refusal?.type === 'UNKNOWN_MEMBER_ID';
  }

  /** Whether nothing speaks against it. */
  get isHeld(): boolean {
    return this.#refusal === undefined && this.#doubt === undefined;
  }

  /** The coordinator has answered the member. */
  confirm(): void {
    if (this.#refusal !== undefined) return;
    this.#confirmedAt = performance.now();
    for (const { resolve } of this.#waiting) resolve();
  }

  /** The partitions are revoked. */
  refuse(type: 'UNKNOWN_MEMBER_ID' | 'REBALANCE_IN_PROGRESS'): void {
    clearTimeout(this.#doubt);
    const text = type === 'UNKNOWN_MEMBER_ID' ? 'The group has expelled the member' : 'The group rebalances';
    const refusal = new KafkaError(type, text, undefined);
    this.#refusal = refusal;
    for (const { reject } of this.#waiting) reject(refusal);
  }

  /**
   * The coordinator has refused a request of the member: the client's next heartbeat hears of it.
   *
   * @param unheard called when it did not
   */
  doubt(unheard: () => void): void {
    if (this.#refusal !== undefined || this.#doubt !== undefined) return;
    this.#doubt = setTimeout(unheard, 2 * this.#timing.heartbeatInterval);
  }

  /** @throws {KafkaError} `REBALANCE_IN_PROGRESS`, `UNKNOWN_MEMBER_ID`; that the coordinator does not answer */
  async heartbeat(): Promise<void> {
    if (this.#refusal !== undefined) throw this.#refusal;
    if (performance.now() - this.#confirmedAt < this.#timing.heartbeatInterval) return;
    const waiting = Promise.withResolvers<void>();
    this.#waiting.add(waiting);
    const unanswered = new Error('The coordinator of the group does not answer');
    const timer = setTimeout(() => waiting.reject(unanswered), this.#timing.sessionTimeout);
    try {
      await waiting.promise;
    } finally {
      clearTimeout(timer);
      this.#waiting.delete(waiting);
    }
  }
}
