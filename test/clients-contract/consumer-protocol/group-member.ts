import { EventEmitter, once } from 'node:events';

/** What one member of a group of the consumer protocol has and was given, whatever its client. */
export class GroupMember implements AsyncDisposable {
  readonly received: string[] = [];
  readonly #owners: Map<number, GroupMember>;
  readonly #changes: EventEmitter;
  #close: (() => Promise<void>) | undefined;

  /** @param owners of the partitions of the topic, which the members of a group share */
  constructor(owners: Map<number, GroupMember>, changes: EventEmitter) {
    this.#owners = owners;
    this.#changes = changes;
  }

  /** Whether the member was given all of these, however often: a client may deliver a message again after a rebalance. */
  has(...values: readonly string[]): boolean {
    return values.every((value) => this.received.includes(value));
  }

  get partitions(): number[] {
    return [...this.#owners].flatMap(([partition, owner]) => (owner === this ? [partition] : [])).sort((a, b) => a - b);
  }

  /** Before another member gets a partition, `look` says what this one has no more, where its client has no event for it. */
  looksBy(look: () => void): void {
    this.#changes.on('look', look);
  }

  /** The client has begun to read from partitions. */
  assigned(partitions: readonly number[]): void {
    this.#changes.emit('look');
    for (const partition of partitions) {
      const owner = this.#owners.get(partition);
      if (owner !== undefined && owner !== this) this.#changes.emit('error', new Error(`Two members have partition ${partition}.`));
      this.#owners.set(partition, this);
    }
    this.#changes.emit('change');
  }

  /** The client reads from partitions no more. */
  revoked(partitions: readonly number[]): void {
    for (const partition of partitions) if (this.#owners.get(partition) === this) this.#owners.delete(partition);
    this.#changes.emit('change');
  }

  got(value: string): void {
    this.received.push(value);
    this.#changes.emit('change');
  }

  closesBy(close: () => Promise<void>): this {
    this.#close = close;
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#close?.();
    this.#close = undefined;
    this.revoked(this.partitions);
  }
}

/** The members of one group that read one topic. */
export class GroupOfMembers {
  readonly #owners = new Map<number, GroupMember>();
  readonly #changes = new EventEmitter();

  constructor() {
    this.#changes.setMaxListeners(0);
  }

  member(): GroupMember {
    return new GroupMember(this.#owners, this.#changes);
  }

  /** Resolves once it holds. Rejects when two members have one partition. */
  async until(holds: () => boolean): Promise<void> {
    while (!holds()) await once(this.#changes, 'change');
  }
}

/** A client that speaks the consumer protocol. */
export interface ConsumerProtocolClient {
  readonly name: string;
  /** Whether the client goes on by itself with a topic that gets partitions, or is deleted and created again. */
  readonly followsChangedTopics: boolean;
  /** @throws Error where the library is not installed */
  check(): void;
  /** Joins a group, and reads a topic from the committed offsets or else from the beginning. */
  join(member: GroupMember, membership: Membership): Promise<JoinedMember>;
}

/** A member in a group. */
interface JoinedMember {
  /** Commits the offset of a partition. */
  commit(partition: number, offset: string): Promise<void>;
}

/** Which group to join, and what to read. */
export interface Membership {
  readonly brokers: string[];
  readonly groupId: string;
  readonly topic: string;
}
