import type { Entry } from './journal.ts';

/** Where a group begins that is new to a topic. */
export interface GroupStart {
  readonly fromBeginning: boolean;
  readonly sources: readonly string[];
}

interface KnownTopic {
  /**
   * Whether the group is not new to the topic's log: it must handle what is sent from then on. `remembered`: only a running member
   * knows it, as the commits were deleted with the old log.
   */
  isKnown: 'no' | 'remembered' | 'yes';
  /** The records sent to the log while the group was only remembered. */
  readonly remembered: Set<number>;
}

/**
 * Which records a group must handle. With `fromBeginning` all. Without it, records sent after it started, which is when its first
 * `subscribe` resolved; that stays so in added partitions, and in a log that replaces another one while a member
 * runs. When none runs then, the broker forgets the group with the topic: it starts as a new group, unless it has commits of
 * another of its topics.
 */
export class Entitlement {
  readonly #rules: GroupStart;
  readonly #entitled = new Set<number>();
  readonly #topics = new Map<string, KnownTopic>();
  readonly #running = new Set<string>();
  /** Topics with a commit of the group. */
  readonly #committed = new Set<string>();

  constructor(rules: GroupStart) {
    this.#rules = rules;
  }

  has(id: number): boolean {
    return this.#entitled.has(id);
  }

  take(entry: Entry): void {
    switch (entry.kind) {
      case 'joined':
        this.#running.add(entry.member);
        this.#forgetRemembered();
        for (const source of this.#rules.sources) this.#topic(source).isKnown = 'yes';
        return;
      case 'left':
        this.#running.delete(entry.member);
        this.#forgetRemembered();
        return;
      case 'group-deleted':
        // It is a new group: without `fromBeginning` it starts at the end, wherever it was.
        this.#committed.clear();
        if (!this.#rules.fromBeginning) this.#entitled.clear();
        for (const topic of this.#topics.values()) topic.isKnown = 'no';
        return;
      case 'rebalanced':
        this.#forgetRemembered();
        return;
      case 'committed':
        this.#committed.add(entry.topic);
        if (this.#topic(entry.topic).isKnown === 'remembered') this.#topic(entry.topic).isKnown = 'yes';
        return;
      case 'deleted': {
        this.#committed.delete(entry.topic);
        const topic = this.#topic(entry.topic);
        topic.remembered.clear();
        if (topic.isKnown === 'no') return;
        // The commits of another topic may be deleted, too, before the next member asks for them.
        topic.isKnown = this.#running.size > 0 || this.#hasOtherCommits(entry.topic) ? 'remembered' : 'no';
        return;
      }
      case 'sent': {
        const topic = this.#topic(entry.topic);
        if (!this.#rules.fromBeginning && topic.isKnown === 'no') return;
        this.#entitled.add(entry.id);
        if (topic.isKnown === 'remembered') topic.remembered.add(entry.id);
        return;
      }
      default:
    }
  }

  /**
   * The member that gets the partitions now need not know that the group existed before the log; commits of another topic show it, which
   * may be deleted, too, before it asks for them.
   */
  #forgetRemembered(): void {
    for (const [name, topic] of this.#topics) {
      if (topic.isKnown !== 'remembered' || this.#hasOtherCommits(name)) continue;
      topic.isKnown = 'no';
      if (!this.#rules.fromBeginning) for (const id of topic.remembered) this.#entitled.delete(id);
    }
  }

  #hasOtherCommits(topic: string): boolean {
    return this.#rules.sources.some((source) => source !== topic && this.#committed.has(source));
  }

  #topic(name: string): KnownTopic {
    const known = this.#topics.get(name) ?? { isKnown: 'no', remembered: new Set() };
    this.#topics.set(name, known);
    return known;
  }
}
