import { EmbeddedKafka, type SetFault } from '@tracelink/embedded-kafka';
import { Kafka, logLevel, type Admin } from 'kafkajs';
import { Handlers } from './handlers.ts';
import { Journal } from '../judge/journal.ts';
import { afterLoadTime } from '../judge/load-clock.ts';
import { Ledger } from '../judge/ledger.ts';
import { Member } from './member.ts';
import type { PlannedRecord, Setup } from '../plan/plan.ts';
import { RecordPlaces } from '../judge/record-places.ts';
import { writeRecordValue } from '../plan/record-value.ts';
import { group, retryDelays, sourceTopics } from '../plan/topic-names.ts';
import { watchBroker } from './watch-broker.ts';
import { watchHealth } from './watch-health.ts';

// Milliseconds that a member may take to join.
const joining = 8_000;

/** The brokers and the group of one plan, and all events there. */
export class Scene {
  readonly setup: Setup;
  readonly broker: EmbeddedKafka;
  readonly topics: readonly string[];
  readonly journal = new Journal();
  readonly ledger: Ledger;
  readonly handlers: Handlers = new Handlers(this.journal);
  readonly operator: Kafka;
  /** All members, in the order in which they joined. */
  readonly members: Member[] = [];
  /** Work beside the steps; none of it rejects. */
  readonly beside: Promise<unknown>[] = [];
  /** Faults that may still apply. */
  readonly faults: Pick<SetFault, 'remove'>[] = [];
  readonly #places = new RecordPlaces();
  #admin: Promise<Admin> | undefined;
  #lastId = 0;
  #lastMember = 0;

  private constructor(setup: Setup, broker: EmbeddedKafka) {
    this.setup = setup;
    this.broker = broker;
    this.topics = sourceTopics(setup.partitions.length);
    this.ledger = new Ledger({ fromBeginning: setup.fromBeginning, sources: this.topics, attempts: attemptLimit(setup) });
    this.journal.onEntry((entry) => {
      this.ledger.take(entry);
      this.#places.take(entry);
    });
    this.operator = new Kafka({ clientId: 'operator', brokers: broker.brokers, logLevel: logLevel.NOTHING });
    watchBroker(broker, this.topics, this.journal);
    watchHealth(this.journal, (member) => this.running.find(({ name }) => name === member)?.subscription.health().ok === true);
    for (const topic of this.topics) this.journal.write({ kind: 'created', topic });
  }

  static async open(setup: Setup): Promise<Scene> {
    const topics = Object.fromEntries(sourceTopics(setup.partitions.length).map((name, index) => [name, setup.partitions[index] ?? 1]));
    return new Scene(setup, await EmbeddedKafka.start({ brokers: setup.brokers, topics, autoCreateTopics: false }));
  }

  /** The members that are in the group. */
  get running(): readonly Member[] {
    return this.members.filter(({ isRunning }) => isRunning);
  }

  async admin(): Promise<Admin> {
    this.#admin ??= (async () => {
      const admin = this.operator.admin();
      await admin.connect();
      return admin;
    })();
    return this.#admin;
  }

  /** The next caller gets another member. */
  async replaceAdmin(): Promise<void> {
    const admin = await this.#admin;
    this.#admin = undefined;
    await admin?.disconnect();
  }

  readonly nextId = (): number => ++this.#lastId;

  /** The brokers stop rejecting and losing requests. */
  heal(): void {
    for (const fault of this.faults.splice(0)) fault.remove();
  }

  /** Appends records to a source topic. Records to a missing topic or partition are not sent. */
  send(topic: string, partition: number, records: readonly PlannedRecord[]): void {
    const count = this.broker.topic(topic).partitions;
    if (count === 0 || records.length === 0) return;
    const at = partition % count;
    const sent = records.map((record) => ({ ...record, id: this.nextId() }));
    const first = this.broker.topic(topic).append(
      at,
      sent.map(({ key, header, ...value }) => ({
        key: `key ${key}`,
        value: writeRecordValue(value),
        // The types allow text only; the log takes a header without a value, as brokers do.
        ...(header !== 'none' && { headers: { tenant: (header === 'text' ? 'a' : null) as string } }),
      })),
    );
    for (const [index, { id, key, fate }] of sent.entries())
      this.journal.write({ kind: 'sent', id, key, fate, topic, partition: at, offset: first + index });
  }

  /** Starts a member. @returns `undefined` when it could not join */
  async join(): Promise<Member | undefined> {
    const name = `member-${++this.#lastMember}`;
    const { setup, topics, handlers, journal } = this;
    journal.write({ kind: 'rebalanced' });
    const joined = Member.join({ name, brokers: this.broker.brokers, setup, topics, handlers, journal, places: this.#places });
    const settled = joined.then(
      (member) => {
        this.members.push(member);
        journal.write({ kind: 'joined', member: name });
        return member;
      },
      () => undefined,
    );
    this.beside.push(settled);
    return this.inTime(settled, joining, () => `subscribe of ${name}`);
  }

  /** Waits for `work`; taking too long is a violation. */
  async inTime<T>(work: Promise<T>, ms: number, what: () => string): Promise<T | undefined> {
    const { promise: late, resolve } = Promise.withResolvers<undefined>();
    const endLimit = afterLoadTime(ms, () => {
      this.journal.wrong('unsettled', `${what()} does not settle within ${ms / 1_000} s`);
      resolve(undefined);
    });
    try {
      return await Promise.race([work, late]);
    } finally {
      endLimit();
    }
  }

  /** Drains a member. */
  async drain(member: Member, { grace, timeout }: { readonly grace: number; readonly timeout: number }): Promise<void> {
    member.leave();
    this.journal.write({ kind: 'rebalanced' });
    const drained = member.subscription.drain({ grace, timeout }).then(
      () => undefined,
      (error: unknown) => this.journal.wrong('unsettled', `drain of ${member.name} rejects: ${String(error)}`),
    );
    this.beside.push(drained);
    await this.inTime(drained, timeout + 5_000, () => `drain of ${member.name}`);
  }

  /** Removes every killed member from the group, as the expiry of their sessions would. */
  expireKilled(): void {
    const names = new Set(this.members.filter(({ wasKilled }) => wasKilled).map(({ name }) => name));
    if (this.broker.group(group).state() === 'Dead') return;
    for (const { memberId, clientId } of this.broker.group(group).describe().members)
      if (clientId !== null && names.has(clientId)) this.broker.group(group).expireMember(memberId);
  }

  async close(): Promise<void> {
    const admin = await this.#admin?.catch(() => undefined);
    await admin?.disconnect();
    for (const member of this.members) member.unplug();
    await this.broker.stop();
  }
}

/** A scheduled retry is one attempt after each delay. While a circuit is open there is no limit. */
function attemptLimit({ attempts, retryTopics, circuitBreaker }: Setup): number | undefined {
  if (circuitBreaker) return undefined;
  return retryTopics === 'none' ? attempts : attempts + retryDelays.length;
}
