import type { Cluster } from '../brokers/cluster.ts';
import { CommitWatch } from '../members/commit-watch.ts';
import { inTime } from '../brokers/in-time.ts';
import { monotonic, type Boundary, type Entry } from '../judge/journal.ts';
import type { Sighting } from '../judge/ledger.ts';
import { Member, type MemberTask } from '../members/member.ts';
import { endsOf, messagesOf, type SentMessage, type Traffic } from '../judge/message.ts';
import { sendMessages, type WriteMessages } from './send-messages.ts';

/** How a member differs from the usual one. */
export type MemberOptions = Partial<Omit<MemberTask, 'topic' | 'groupId'>>;

/** A cluster that the group of a scene works on. */
export type Site = Pick<Cluster, 'kafka' | 'admin' | 'brokers'>;

/** What a scene needs of its run. */
export interface SceneContext {
  /** How the members of this row differ from those of others. */
  readonly usual: MemberOptions;
  readonly signal: AbortSignal;
  readonly say: (text: string) => void;
}

type WithoutTime<T> = T extends unknown ? Omit<T, 'at'> : never;

// Milliseconds that a fault waits for the members' reports.
const patience = 120_000;

/** The scene of a fault: one topic, one group, and all reports of its members so far. */
export class Scene {
  readonly cluster: Cluster;
  readonly topic: string;
  readonly groupId: string;
  readonly signal: AbortSignal;
  readonly say: (text: string) => void;
  readonly members: Member[] = [];
  readonly entries: (Entry | Sighting)[] = [];
  /** All messages, by number. */
  readonly sent: SentMessage[] = [];
  /** What a mirror has written into other logs than those that it was sent to. */
  readonly copies: SentMessage[] = [];
  /** The numbers of dead-letter records whose topic an operator has deleted since. */
  readonly deletedDeadLetters: number[] = [];
  /** Violations that no ledger can know. */
  readonly violations: string[] = [];
  readonly commits: CommitWatch;
  readonly #usual: MemberOptions;
  readonly #counts = new Map<Entry['kind'], number>();
  readonly #done = new Set<number | string>();
  readonly #waiting = new Set<() => void>();
  #incarnation = 0;
  #site: Site;

  constructor(
    { cluster, topic, groupId }: { readonly cluster: Cluster; readonly topic: string; readonly groupId: string },
    { usual, signal, say }: SceneContext,
  ) {
    this.cluster = cluster;
    this.#site = cluster;
    this.topic = topic;
    this.groupId = groupId;
    this.#usual = usual;
    this.signal = signal;
    this.say = say;
    this.commits = new CommitWatch({
      kafka: () => this.#site.kafka,
      groupId,
      topic,
      ends: () => endsOf([...this.sent, ...this.copies], this.#incarnation),
      retryTopics: this.retryTopics,
      saw: (position) => this.saw({ kind: 'seen', ...position }),
    });
  }

  get deadLetterTopic(): string {
    return `${this.topic}.${this.groupId}.dead-letter`;
  }

  get retryTopics(): readonly string[] {
    if (this.#usual.isStrict === true) return [];
    return (this.#usual.retryDelays ?? []).map((delay) => `${this.topic}.${this.groupId}.retry.${delay}`);
  }

  /**
   * Sends messages, which continue after the earlier ones. Resolves when they are acknowledged.
   *
   * @param write sends them instead of kafkajs
   */
  async send(traffic: Traffic, write: WriteMessages = sendMessages): Promise<void> {
    const messages = messagesOf(traffic, { before: this.sent, incarnation: this.#incarnation, copies: this.copies });
    this.sent.push(...messages);
    await write(this.#site.kafka, this.topic, messages, traffic.batch ?? 36);
  }

  /** Starts a member. Resolves when it consumes. */
  async join(options: MemberOptions = {}): Promise<Member> {
    const member = this.start(options);
    await inTime(member.joined, { what: `Member ${member.number} joins`, within: patience, signal: this.signal });
    return member;
  }

  /** Starts a member, which may never consume. */
  start(options: MemberOptions = {}): Member {
    const task: MemberTask = {
      client: 'kafkajs',
      brokers: this.#site.brokers,
      keys: 4,
      partitions: 3,
      sessionTimeout: 3_000,
      // About ten messages per fetch, so that faults meet fetches, too.
      fetchBytes: 1_000,
      clockShift: 0,
      fromBeginning: true,
      retryDelays: [],
      isStrict: false,
      deadLetters: true,
      canCrash: false,
      lingers: 0,
      stuck: [],
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

  /** Starts a member that stops at a moment, and kills it there. */
  async killAt(boundary: Boundary, nth: number): Promise<void> {
    const before = this.told('boundary');
    const member = this.start({ holdAt: { boundary, nth } });
    await this.event('boundary', before + 1);
    await member.kill();
  }

  /** Resolves when this many messages are done: handled or dead-letter records, each counted once. */
  done(count: number): Promise<void> {
    return this.#until(() => this.#done.size >= count, `${count} messages are done`);
  }

  /** Resolves when members have reported an event this often; when everything is done before, that is a violation. */
  async event(kind: Entry['kind'], times = 1): Promise<void> {
    await this.#until(() => this.told(kind) >= times || this.#done.size >= this.sent.length, `Members report "${kind}" ${times} times`);
    if (this.told(kind) < times) this.violations.push(`everything was done before "${kind}" happened ${times} times`);
  }

  /** Resolves when the group has committed everything that was sent, and nothing waits in its retry topics. */
  caughtUp(): Promise<void> {
    return this.commits.caughtUp(this.signal, patience);
  }

  /** Adds facts from outside. */
  saw(sighting: WithoutTime<Sighting>): void {
    this.entries.push({ ...sighting, at: monotonic() });
    if (sighting.kind === 'printed') this.#done.add(sighting.index);
    this.#wake();
  }

  /** No member has to handle these any more. */
  excuse(messages: readonly SentMessage[]): void {
    this.saw({ kind: 'excused', indexes: messages.map(({ index }) => index) });
  }

  /** The topic has been deleted, and is created next: its messages can no longer be handled. */
  recreated(): void {
    this.excuse(this.sent);
    this.saw({ kind: 'recreated' });
    this.#incarnation++;
  }

  /**
   * The group works on another cluster from now on: messages are sent there, members join there, and commits are those there.
   *
   * @param incarnation the log that the topic's name stands for there
   * @param copies what a mirror has written into that log, once it has
   */
  async goTo(site: Site, incarnation: number, copies: readonly SentMessage[] = []): Promise<void> {
    this.#site = site;
    this.#incarnation = incarnation;
    this.copies.push(...copies);
    await this.commits.forgetTopics();
    this.saw({ kind: 'moved', incarnation, copies });
  }

  /** How often members have reported an event. */
  told(kind: Entry['kind']): number {
    return this.#counts.get(kind) ?? 0;
  }

  #take(entry: Entry): void {
    this.entries.push(entry);
    this.#counts.set(entry.kind, this.told(entry.kind) + 1);
    if (entry.kind === 'finished') this.#done.add(entry.index);
    if (entry.kind === 'dead-lettered') this.#done.add(`${this.#incarnation}/${entry.partition}/${entry.offset}`);
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
