import type { Clock, ClockTimer } from '../clock.ts';
import type { Member } from './member.ts';

/**
 * How long Apache Kafka keeps the parked join of a member that is not in a generation yet: its client may be gone, and
 * no heartbeat would tell.
 */
const newMemberJoinTimeoutMs = 300_000;

/** One timer for each member that has to show that it lives. */
export class SessionTimers {
  readonly #clock: Clock;
  readonly #onExpire: (memberId: string) => void;
  readonly #timers = new Map<string, ClockTimer>();

  constructor(clock: Clock, onExpire: (memberId: string) => void) {
    this.#clock = clock;
    this.#onExpire = onExpire;
  }

  /** Begins the member's session anew. A member whose request waits needs no session: it is the broker that is late. */
  restart(member: Member): void {
    if (!member.isDelayed) this.start(member.memberId, member.sessionTimeoutMs);
    else if (member.isNew) this.start(member.memberId, newMemberJoinTimeoutMs);
    else this.stop(member.memberId);
  }

  /** Begins the time that a member has who was told its id, or any other time by an id. */
  start(memberId: string, timeoutMs: number): void {
    this.stop(memberId);
    const timer = this.#clock.setTimeout(() => this.#onExpire(memberId), timeoutMs);
    this.#timers.set(memberId, timer);
  }

  stop(memberId: string): void {
    this.#timers.get(memberId)?.cancel();
    this.#timers.delete(memberId);
  }
}
