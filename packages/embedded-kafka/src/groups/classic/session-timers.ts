import type { ClockTimer } from '../../core/clock.ts';
import type { Timers } from '../../core/suspendable-clock.ts';
import type { Member } from './member.ts';

/**
 * How long Apache Kafka keeps the delayed join of a member without a generation: the member sends no heartbeats, so its
 * client may be gone.
 */
const newMemberJoinTimeoutMs = 300_000;

/** The session timers of a group's members. */
export class SessionTimers {
  readonly #clock: Timers;
  readonly #onExpire: (memberId: string) => void;
  readonly #timers = new Map<string, ClockTimer>();

  constructor(clock: Timers, onExpire: (memberId: string) => void) {
    this.#clock = clock;
    this.#onExpire = onExpire;
  }

  /** Restarts the member's session. A member with a delayed request needs none, as it waits for the broker. */
  restart(member: Member): void {
    if (!member.isDelayed) this.start(member.memberId, member.sessionTimeoutMs);
    else if (member.isNew) this.start(member.memberId, newMemberJoinTimeoutMs);
    else this.stop(member.memberId);
  }

  /** Starts the timer of a member or of a given-out member id. */
  start(memberId: string, timeoutMs: number): void {
    this.stop(memberId);
    const timer = this.#clock.setTimeout(() => this.#onExpire(memberId), timeoutMs);
    this.#timers.set(memberId, timer);
  }

  /** Stops the timer of a member that has left, or that waits for the broker. */
  stop(memberId: string): void {
    this.#timers.get(memberId)?.cancel();
    this.#timers.delete(memberId);
  }
}
