import type { JoinResult, SyncResult } from '../../src/groups/any/group-requests.ts';
import { type GroupHarness, outcome, range, roundrobin } from './group-harness.ts';

/** A member's process that behaves as a real client: it joins, syncs, sends heartbeats, and rejoins when told to. */
export class GroupClient {
  readonly groupInstanceId: string | null;
  memberId = '';
  generationId = -1;
  assignment = '';
  alive = true;
  join: Promise<JoinResult> | undefined;
  sync: Promise<SyncResult> | undefined;
  /** Every request that may be delayed, so that a test can check at the end that each was answered. */
  readonly asked: Promise<JoinResult | SyncResult>[] = [];
  readonly #harness: GroupHarness;
  readonly #version: number;

  constructor(harness: GroupHarness, index: number, isStatic: boolean, version: number) {
    this.#harness = harness;
    this.groupInstanceId = isStatic ? `instance${index}` : null;
    this.#version = version;
  }

  get isStable(): boolean {
    return this.generationId === this.#harness.group.generationId && this.assignment === this.memberId && this.sync === undefined;
  }

  /** Sends the next request. `fresh`: rejoins whatever it waits for, as after a lost connection. */
  async step(fresh = false): Promise<void> {
    if (fresh) [this.join, this.sync] = [undefined, undefined];
    if (this.join !== undefined) await this.#afterJoin(this.join);
    else if (this.sync !== undefined) await this.#afterSync(this.sync);
    else if (this.generationId < 0 || fresh) this.#sendJoin();
    else this.#beat();
  }

  async #afterJoin(join: Promise<JoinResult>): Promise<void> {
    const result = await outcome(join);
    if (result === 'delayed') return;
    this.join = undefined;
    if (result.error === 'MEMBER_ID_REQUIRED') this.memberId = result.memberId;
    else if (result.error !== 'NONE') this.#startOver(result.error);
    else {
      [this.memberId, this.generationId, this.assignment] = [result.memberId, result.generationId, ''];
      const leads = result.leader === result.memberId && !result.skipAssignment;
      const assignments = leads ? result.members.map(({ memberId }) => ({ memberId, assignment: Buffer.from(memberId) })) : [];
      const { groupInstanceId, generationId } = this;
      this.sync = this.#harness.sync(this.memberId, { groupInstanceId, generationId, assignments });
      this.asked.push(this.sync);
    }
  }

  async #afterSync(sync: Promise<SyncResult>): Promise<void> {
    const result = await outcome(sync);
    if (result === 'delayed') return;
    this.sync = undefined;
    if (result.error === 'NONE') this.assignment = result.assignment.toString();
    else this.#startOver(result.error);
    // A static member that rejoined within the generation has the assignment of its old id.
    if (this.groupInstanceId !== null && this.assignment.startsWith(`${this.groupInstanceId}-`)) this.assignment = this.memberId;
  }

  #sendJoin(): void {
    const { memberId, groupInstanceId } = this;
    const requireKnownMemberId = this.#version >= 4;
    const timeouts = { sessionTimeoutMs: 10_000, rebalanceTimeoutMs: 20_000 };
    const protocols = this.#version % 2 === 0 ? [range, roundrobin] : [range];
    const supportsSkippingAssignment = this.#version >= 9;
    this.join = this.#harness.join({ memberId, groupInstanceId, requireKnownMemberId, supportsSkippingAssignment, protocols, ...timeouts });
    this.asked.push(this.join);
  }

  #beat(): void {
    const { memberId, groupInstanceId, generationId } = this;
    const error = this.#harness.group.heartbeat({ memberId, groupInstanceId, generationId });
    if (error !== 'NONE') this.#startOver(error);
  }

  #startOver(error: string): void {
    this.generationId = -1;
    if (error === 'UNKNOWN_MEMBER_ID' || error === 'FENCED_INSTANCE_ID') this.memberId = '';
  }
}
