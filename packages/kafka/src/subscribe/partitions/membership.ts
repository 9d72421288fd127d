import { errorType } from '../../core/error-type.ts';

/** Errors by which a coordinator says that the partitions are not this member's any more. */
const refusals: ReadonlySet<string> = new Set(['UNKNOWN_MEMBER_ID', 'ILLEGAL_GENERATION', 'REBALANCE_IN_PROGRESS', 'FENCED_INSTANCE_ID']);

/** Whether a coordinator refused a member's heartbeat or commit. */
export function isMembershipRefused(error: unknown): boolean {
  return refusals.has(errorType(error));
}

/** Whether the coordinator has expelled the member: it was not heard of for longer than its session. */
export function isExpulsion(error: unknown): boolean {
  return errorType(error) === 'UNKNOWN_MEMBER_ID';
}

/**
 * Whether this member still belongs to its group, as far as it can know. A process that was frozen for longer than its session
 * has lost its partitions and is not told: it has to ask before it begins anything.
 */
export class Membership {
  readonly #staleAfter: number;
  #confirmedAt = performance.now();
  #isRefused = false;
  #memberId: string | undefined;

  /** @param sessionTimeout milliseconds after which the coordinator expels a member that it has not heard of */
  constructor(sessionTimeout: number) {
    this.#staleAfter = sessionTimeout / 2;
  }

  /** Whether the coordinator has to be asked before a record is handed out. */
  get isStale(): boolean {
    return this.unconfirmedFor > this.#staleAfter;
  }

  /** Milliseconds since the coordinator last said that this is a member. */
  get unconfirmedFor(): number {
    return performance.now() - this.#confirmedAt;
  }

  /** Whether the coordinator has said that the partitions are another's; until the group is joined again. */
  get isRefused(): boolean {
    return this.#isRefused;
  }

  /** The coordinator answered a heartbeat. */
  confirm(): void {
    this.#confirmedAt = performance.now();
  }

  /** @returns the id that the coordinator knew this member by before, where it is another one */
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
