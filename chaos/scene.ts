import type { Cluster } from './cluster.ts';
import { inTime } from './in-time.ts';
import { monotonic, type Boundary, type Entry } from './journal.ts';
import type { Sighting } from './ledger.ts';
import { Member, type MemberTask } from './member.ts';

/** How a member differs from the usual one. */
export type MemberOptions = Partial<Omit<MemberTask, 'topic' | 'groupId'>>;

// Milliseconds that a fault waits for what the members do.
const patience = 120_000;

/** What a fault is caused in: one topic, one group, and all that its members have told so far. */
export class Scene {
  readonly cluster: Cluster;
  readonly topic: string;
  readonly groupId: string;
  readonly signal: AbortSignal;
  readonly say: (text: string) => void;
  readonly members: Member[] = [];
  readonly entries: (Entry | Sighting)[] = [];
  /** What must not be, and no ledger can know. */
  readonly violations: string[] = [];
  readonly #count: number;
  readonly #usual: MemberOptions;
  readonly #counts = new Map<Entry['kind'], number>();
  readonly #done = new Set<number | string>();
  readonly #waiting = new Set<() => void>();

  /**
   * @param place with the number of the messages
   * @param usual how the members of this row differ from those of others
   */
  constructor(
    place: { readonly cluster: Cluster; readonly topic: string; readonly groupId: string; readonly count: number },
    { usual, signal, say }: { readonly usual: MemberOptions; readonly signal: AbortSignal; readonly say: (text: string) => void },
  ) {
    this.cluster = place.cluster;
    this.topic = place.topic;
    this.groupId = place.groupId;
    this.#count = place.count;
    this.#usual = usual;
    this.signal = signal;
    this.say = say;
  }

  get deadLetterTopic(): string {
    return `${this.topic}.${this.groupId}.dead-letter`;
  }

  /** Starts a member. Resolves when it consumes. */
  async join(options: MemberOptions = {}): Promise<Member> {
    const member = this.start(options);
    await member.joined;
    return member;
  }

  /** Starts a member, which may never come to consume. */
  start(options: MemberOptions = {}): Member {
    const task: MemberTask = {
      brokers: this.cluster.brokers,
      keys: 4,
      partitions: 3,
      sessionTimeout: 3_000,
      // Some ten messages a fetch, so that faults meet fetches, too.
      fetchBytes: 1_000,
      clockShift: 0,
      retryTiers: [],
      mutant: undefined,
      ...this.#usual,
      ...options,
      topic: this.topic,
      groupId: this.groupId,
    };
    const number = this.members.length + 1;
    const member = new Member(number, task, (entry) => this.#take(entry));
    member.gone.catch((error: unknown) => this.violations.push(String(error)));
    this.members.push(member);
    return member;
  }

  /** Starts a member that stops dead at a moment of its life, and kills it there. */
  async killAt(boundary: Boundary, nth: number): Promise<void> {
    const before = this.told('boundary');
    const member = this.start({ holdAt: { boundary, nth } });
    await this.event('boundary', before + 1);
    await member.kill();
  }

  /** Resolves when so many messages are done: handled or dead-letter records, each counted once. */
  done(count: number): Promise<void> {
    return this.#until(() => this.#done.size >= count, `${count} messages are done`);
  }

  /** Resolves when members have told of a thing so often; when everything is done before, that is a violation. */
  async event(kind: Entry['kind'], times = 1): Promise<void> {
    await this.#until(() => this.told(kind) >= times || this.#done.size >= this.#count, `Members tell "${kind}" ${times} times`);
    if (this.told(kind) < times) this.violations.push(`everything was done before there was "${kind}" ${times} times`);
  }

  /** @param position what the broker says is committed */
  saw(position: { readonly partition: number; readonly offset: string; readonly metadata: string | null }): void {
    this.entries.push({ kind: 'seen', at: monotonic(), ...position });
  }

  /** How often members have told of a thing. */
  told(kind: Entry['kind']): number {
    return this.#counts.get(kind) ?? 0;
  }

  #take(entry: Entry): void {
    this.entries.push(entry);
    this.#counts.set(entry.kind, this.told(entry.kind) + 1);
    if (entry.kind === 'finished') this.#done.add(entry.index);
    if (entry.kind === 'dead-lettered') this.#done.add(`${entry.partition}/${entry.offset}`);
    this.#wake();
  }

  #wake(): void {
    for (const look of this.#waiting) look();
  }

  async #until(holds: () => boolean, what: string): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const look = (): void => (holds() ? resolve() : undefined);
    this.#waiting.add(look);
    look();
    try {
      await inTime(promise, { what, within: patience, signal: this.signal });
    } finally {
      this.#waiting.delete(look);
    }
  }
}
