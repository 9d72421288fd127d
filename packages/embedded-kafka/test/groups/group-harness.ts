import { type ClockTimer, Clock } from '../../src/core/clock.ts';
import { defaultGroupConfig, type GroupConfig } from '../../src/groups/any/group-config.ts';
import { Group } from '../../src/groups/classic/group.ts';
import type { JoinRequest, JoinResult, SyncResult } from '../../src/groups/any/group-requests.ts';

/** The topics of a coordinator whose groups assign none. */
export const noTopics = { get: () => undefined, getById: () => undefined, list: () => [] };

/** The broker's clock, which also counts its timers. */
export class CountingClock extends Clock {
  readonly #open = new Set<object>();

  get timers(): number {
    return this.#open.size;
  }

  override setTimeout(callback: () => void, delay: number): ClockTimer {
    const mark = {};
    this.#open.add(mark);
    const timer = super.setTimeout(() => {
      this.#open.delete(mark);
      callback();
    }, delay);
    return {
      cancel: () => {
        this.#open.delete(mark);
        timer.cancel();
      },
    };
  }
}

export const range = { name: 'range', metadata: Buffer.from('wants all') };
export const roundrobin = { name: 'roundrobin', metadata: Buffer.from('wants all') };

/** A join as an old client sends it, which adds the member at once. */
export function joinRequest(over: Partial<JoinRequest> = {}): JoinRequest {
  return {
    memberId: '',
    groupInstanceId: null,
    protocolType: 'consumer',
    protocols: [range],
    sessionTimeoutMs: 10_000,
    rebalanceTimeoutMs: 60_000,
    clientId: 'client',
    clientHost: '127.0.0.1',
    requireKnownMemberId: false,
    supportsSkippingAssignment: true,
    ...over,
  };
}

/** The value that a promise resolved with, or 'delayed' while it is pending. */
export async function outcome<T>(promise: Promise<T>): Promise<T | 'delayed'> {
  let result: T | 'delayed' = 'delayed';
  void promise.then((value) => (result = value));
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
  return result;
}

/** A group, its clock, and the requests of its members. */
export class GroupHarness {
  readonly clock = new CountingClock();
  readonly group: Group;
  #ids = 0;

  constructor(config: Partial<GroupConfig> = {}) {
    this.group = new Group('g', {
      clock: this.clock,
      config: { ...defaultGroupConfig, ...config },
      newMemberId: (name) => `${name}-${(this.#ids += 1)}`,
    });
  }

  join(over: Partial<JoinRequest> = {}): Promise<JoinResult> {
    return this.group.join(joinRequest(over));
  }

  sync(memberId: string, over: Partial<Parameters<Group['sync']>[0]> = {}): Promise<SyncResult> {
    const identity = { memberId, groupInstanceId: null, generationId: this.group.generationId };
    return this.group.sync({ ...identity, protocolType: null, protocolName: null, assignments: [], ...over });
  }

  heartbeat(memberId: string, over: Partial<Parameters<Group['heartbeat']>[0]> = {}): string {
    return this.group.heartbeat({ memberId, groupInstanceId: null, generationId: this.group.generationId, ...over });
  }

  leave(...memberIds: string[]): ReturnType<Group['leave']> {
    return this.group.leave(memberIds.map((memberId) => ({ memberId, groupInstanceId: null })));
  }

  commit(memberId: string, over: Partial<Parameters<Group['commit']>[0]> = {}): string | undefined {
    const offsets = [{ topic: 'orders', partition: 0, committedOffset: 7, committedLeaderEpoch: -1, committedMetadata: null }];
    const identity = { memberId, groupInstanceId: null, generationId: this.group.generationId };
    return this.group.commit({ ...identity, offsets, ...over })[0];
  }

  /**
   * Lets members join together; the first of them leads. Resolves with their ids when all are in the same generation.
   */
  async joined(...members: Partial<JoinRequest>[]): Promise<string[]> {
    const joins = members.map((member) => this.join(member));
    this.clock.advance(1);
    return (await Promise.all(joins)).map(({ memberId }) => memberId);
  }

  /** As {@link joined}; then the leader assigns each member its own id. */
  async stable(...members: Partial<JoinRequest>[]): Promise<string[]> {
    const ids = await this.joined(...members);
    await this.syncAll(ids, members);
    return ids;
  }

  async syncAll(ids: readonly string[], members: readonly Partial<JoinRequest>[] = []): Promise<SyncResult[]> {
    const assignments = ids.map((memberId) => ({ memberId, assignment: Buffer.from(memberId) }));
    return Promise.all(ids.map((id, i) => this.sync(id, { groupInstanceId: members[i]?.groupInstanceId ?? null, assignments })));
  }
}
