/**
 * Whether this member still belongs to its group, as far as it can know. A process that was frozen for longer than its session
 * has lost its partitions without notice: it must ask before it starts anything.
 */
export class Membership {
  readonly #staleAfter: number;
  #confirmedAt = performance.now();
  #isRefused = false;
  #memberId: string | undefined;

  /** @param sessionTimeout milliseconds without a heartbeat after which the coordinator expels a member */
  constructor(sessionTimeout: number) {
    this.#staleAfter = sessionTimeout / 2;
  }

  /** Whether the coordinator must be asked before a record is delivered. */
  get isStale(): boolean {
    return this.unconfirmedFor > this.#staleAfter;
  }

  /** Milliseconds since the coordinator last confirmed the member. */
  get unconfirmedFor(): number {
    return performance.now() - this.#confirmedAt;
  }

  /** Whether the coordinator has answered that the partitions are another member's; until the group is joined again. */
  get isRefused(): boolean {
    return this.#isRefused;
  }

  /** The coordinator answered a heartbeat. */
  confirm(): void {
    this.#confirmedAt = performance.now();
  }

  /** @returns the member id before, when it has changed */
  joined(memberId: string): string | undefined {
    const before = this.#memberId;
    this.#memberId = memberId;
    this.#isRefused = false;
    this.confirm();
    return before === memberId ? undefined : before;
  }

  refused(): void {
    this.#isRefused = true;
  }
}
