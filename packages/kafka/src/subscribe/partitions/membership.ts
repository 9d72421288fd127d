import { errorType } from '../../core/error-type.ts';

/** Errors by which a coordinator answers that the partitions are no longer this member's. */
const refusals: ReadonlySet<string> = new Set(['UNKNOWN_MEMBER_ID', 'ILLEGAL_GENERATION', 'REBALANCE_IN_PROGRESS', 'FENCED_INSTANCE_ID']);

/** Whether a coordinator rejected a member's heartbeat or commit. */
export function isMembershipRefused(error: unknown): boolean {
  return refusals.has(errorType(error));
}

/**
 * The broker's own error when it no longer coordinates the group, also from within kafkajs' wrappers: kafkajs handles only the bare one. Its
 * consumer (2.2.4) commits at the broker at which it joined, and asks for the coordinator only when it joins again.
 */
export function coordinatorMoved(error: unknown): unknown {
  let current = error;
  while (current instanceof Error && (current as { readonly type?: unknown }).type !== 'NOT_COORDINATOR_FOR_GROUP') current = current.cause;
  return current instanceof Error ? current : undefined;
}

/** Whether the coordinator has expelled the member: it sent no heartbeat for longer than its session. */
export function isExpulsion(error: unknown): boolean {
  return errorType(error) === 'UNKNOWN_MEMBER_ID';
}

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
