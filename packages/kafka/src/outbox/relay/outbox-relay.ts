import { SharedWork } from '../../core/shared-work.ts';
import { context as contextApi, ROOT_CONTEXT } from '@opentelemetry/api';
import { longestTimer, suppressTracing } from '@tracelink/context/internal';
import type { AdminPort } from '../../client/port/admin.ts';
import type { EngineClients } from '../../client/port/engine-clients.ts';
import { guardCallback } from '../../core/guard.ts';
import { checkOptions, milliseconds } from '../../core/option-rules.ts';
import type { PgPool } from '../../postgres/pg-client.ts';
import { CommitListener, Notifier } from './notifier.ts';
import type { HeldMessages } from './send-backoff.ts';
import type { OutboxSettings, RelaySettings } from '../table/outbox-options.ts';
import { OutboxTable, type HeldLease } from '../table/outbox-table.ts';
import { OldestMessageGauge } from './oldest-message-gauge.ts';
import { PatientConnections } from '../../postgres/patient-connections.ts';
import { RelayLease } from './relay-lease.ts';
import { channelOf } from '../table/table-sql.ts';
import { TimedPool } from './timed-pool.ts';
import { TopicRelay, type TopicRelayParts } from './topic-relay.ts';
import { TopicSender, type SenderParts } from '../send/topic-sender.ts';

/** The state of a relay, as `health()` returns it. */
export interface RelayHealth {
  /** Whether the state is `relaying` or `standby`, the database answers and nothing is held. */
  readonly ok: boolean;
  /** `standby`: another relay sends. */
  readonly state: 'starting' | 'relaying' | 'standby' | 'draining' | 'drained';
  /** Messages that cannot be sent for now, and why. The relay retries them. A relay on standby has none. */
  readonly held: readonly HeldMessages[];
  /**
   * The error of the last poll, usually the database's; a `KafkaTracingError` with the code `database_timeout` when the database has not
   * answered for the time of the lease. `undefined` when it succeeded.
   */
  readonly error: unknown;
}

/** The report of a drain. */
export interface RelayDrainReport {
  /** Messages that were sent while it drained. */
  readonly sent: number;
  /**
   * Whether it ended before it had sent all that could be sent, at the timeout or without the database. The next relay sends the rest, and
   * may repeat the request that was in flight.
   */
  readonly cutOff: boolean;
  /** Milliseconds that the drain took. */
  readonly durationMs: number;
}

/** Options of `OutboxRelay.drain`. */
export interface RelayDrainOptions {
  /** Milliseconds after which the next relay sends the rest. @default 10_000 */
  readonly timeout?: number;
}

/** Sends the committed messages of an outbox until it is drained. `await using` drains it. */
export interface OutboxRelay extends AsyncDisposable {
  /** Polls for messages now: call it after a commit in the same process when the database does not notify. */
  notify(): void;
  /** Returns the state of the relay, at once and without a request. */
  health(): RelayHealth;
  /**
   * Sends the messages that can be sent, releases the lease and disconnects. A second call returns the same report.
   *
   * @throws {KafkaTracingError} `unknown_option`, `invalid_option`, before anything ends; nothing else
   */
  drain(options?: RelayDrainOptions): Promise<RelayDrainReport>;
}

// The relay's own statements and requests belong to no trace, and get no spans.
const quiet = ROOT_CONTEXT.setValue(suppressTracing, true);

// An answer about the lease that comes later is worth nothing. The statement that reads a page may take longer: it passes held messages.
const leasesOfPage = 10;

export class Relay implements OutboxRelay {
  readonly #settings: RelaySettings;
  readonly #channel: string;
  readonly #table: OutboxTable;
  readonly #lease: RelayLease;
  readonly #listener: CommitListener;
  readonly #notifier = new Notifier();
  readonly #parts: TopicRelayParts;
  readonly #senderParts: Omit<SenderParts, 'lease' | 'confirmLease'>;
  /** The relays of the current term. */
  readonly #topics = new Map<string, TopicRelay>();
  #term: string | undefined;
  #fencedTerm: string | undefined;
  /** Relays of earlier terms, until they have ended. */
  readonly #retiring = new Map<string, Promise<unknown>>();
  readonly #gauge: OldestMessageGauge;
  readonly #clients: EngineClients;
  readonly #admin = new SharedWork(async (): Promise<AdminPort> => {
    const admin = this.#clients.admin();
    await admin.connect();
    return admin;
  });
  #state: RelayHealth['state'] = 'starting';
  #error: unknown;
  #sentCount = 0;
  readonly #running: Promise<void>;
  #drained: Promise<RelayDrainReport> | undefined;

  constructor(pool: PgPool, clients: EngineClients, box: OutboxSettings, settings: RelaySettings) {
    this.#settings = settings;
    this.#clients = clients;
    this.#channel = channelOf(box.table);
    const connections = new PatientConnections(pool);
    this.#table = new OutboxTable(new TimedPool(connections, settings.lease), box.table);
    this.#lease = new RelayLease(this.#table, settings.lease);
    this.#listener = new CommitListener(connections, this.#channel, () => this.notify(), settings.lease);
    this.#parts = {
      table: new OutboxTable(new TimedPool(connections, Math.min(settings.lease * leasesOfPage, longestTimer)), box.table),
      lease: this.#lease,
      settings,
      onSent: (count) => (this.#sentCount += count),
      onError: (error) => (this.#error = error),
      onFenced: (term, error) => this.#standBy(term, error),
    };
    this.#senderParts = { clients, admin: () => this.#admin.get(), settings, box };
    this.#gauge = new OldestMessageGauge(box, this.#topics);
    this.#running = contextApi.with(quiet, () => this.#run());
  }

  notify(): void {
    this.#notifier.notify();
  }

  health(): RelayHealth {
    const held = [...this.#topics.values()].flatMap((topic) => topic.held);
    const isUp = this.#state === 'relaying' || this.#state === 'standby';
    return { ok: isUp && held.length === 0 && this.#error === undefined, state: this.#state, held, error: this.#error };
  }

  async drain(options: RelayDrainOptions = {}): Promise<RelayDrainReport> {
    checkOptions('drain', options, { timeout: milliseconds(0) });
    const { timeout = 10_000 } = options;
    return (this.#drained ??= contextApi.with(quiet, () => this.#drain(timeout)));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.drain();
  }

  async #run(): Promise<void> {
    while (this.#drained === undefined) {
      void (await this.#poll());
      if (this.#drained !== undefined) return;
      await this.#notifier.next(Math.min(this.#settings.pollInterval, this.#settings.lease / 3));
    }
  }

  /** Acquires or renews the lease and starts the topics that have messages. @returns their end; the poll itself waits for none */
  async #poll(): Promise<readonly Promise<void>[]> {
    this.#gauge.follow();
    try {
      if (this.#settings.listen && this.#drained === undefined) await this.#listener.listen();
      const lease = await this.#lease.hold();
      if (lease?.term !== this.#term) this.#retire();
      this.#enter(lease === undefined ? 'standby' : 'relaying');
      const topics = lease === undefined ? [] : await this.#table.topics();
      this.#error = undefined;
      if (lease === undefined) return [];
      this.#term = lease.term;
      for (const topic of topics) if (!this.#topics.has(topic)) this.#topics.set(topic, this.#relayOf(topic, lease));
      // Also topics without messages: what they held may have been deleted from the table.
      return [...this.#topics.values()].map((topic) => (this.#drained === undefined ? topic.start() : topic.drain()));
    } catch (error) {
      this.#error = error;
      // Where the database's host is gone, the connection that listens is dead too, and nothing tells it from one without commits.
      this.#listener.leave();
      return [];
    }
  }

  #relayOf(topic: string, lease: HeldLease): TopicRelay {
    const confirmLease = (): Promise<boolean> => this.#lease.confirm(lease.term);
    const sender = new TopicSender(topic, { ...this.#senderParts, lease, confirmLease });
    return new TopicRelay(topic, this.#parts, lease.term, sender, this.#retiring.get(topic));
  }

  /** The term of the lease has ended: another relay sends, or has sent. */
  #retire(): void {
    this.#term = undefined;
    for (const [name, topic] of this.#topics) {
      const retired: Promise<unknown> = Promise.allSettled([this.#retiring.get(name), topic.retire()]).then(() => {
        if (this.#retiring.get(name) === retired) this.#retiring.delete(name);
      });
      this.#retiring.set(name, retired);
    }
    this.#topics.clear();
  }

  /** Being fenced is reported once per term: the brokers reject the requests to several partitions at the same time. */
  #standBy(term: string, error: unknown): void {
    if (this.#term === term) {
      this.#retire();
      this.#enter('standby');
      this.notify();
    }
    if (this.#fencedTerm === term) return;
    this.#fencedTerm = term;
    const text = 'Another relay of the outbox has taken the lease: this one stands by, what it was sending is left to the other';
    const { log } = this.#settings;
    guardCallback('log.warn', () => log?.warn({ error }, text), log);
  }

  #enter(state: RelayHealth['state']): void {
    if (this.#drained === undefined) this.#state = state;
  }

  async #drain(timeout: number): Promise<RelayDrainReport> {
    const started = performance.now();
    const before = this.#sentCount;
    this.#state = 'draining';
    this.notify();
    const late = Promise.withResolvers<'late'>();
    const timer = setTimeout(() => late.resolve('late'), timeout);
    const renewing = setInterval(() => void this.#lease.hold().catch(() => {}), this.#settings.lease / 3);
    const isLate = (await Promise.race([this.#sendTheRest(), late.promise])) === 'late';
    clearInterval(renewing);
    const isSending = [...this.#topics.values()].map((topic) => topic.stop()).includes(true) || this.#retiring.size > 0;
    // A request in flight may still be answered: the next relay should not send at the same time.
    await Promise.race([this.#leave(!isSending), late.promise]);
    clearTimeout(timer);
    this.#state = 'drained';
    this.#gauge.stop();
    const report = {
      sent: this.#sentCount - before,
      cutOff: isLate || this.#error !== undefined,
      durationMs: Math.round(performance.now() - started),
    };
    const { log } = this.#settings;
    guardCallback('log.info', () => log?.info({ ...report }, 'The relay of the outbox has drained'), log);
    return report;
  }

  async #sendTheRest(): Promise<void> {
    await this.#running;
    await Promise.all(await this.#poll());
  }

  async #leave(endsLease: boolean): Promise<void> {
    this.#listener.close();
    const leaving: Promise<unknown>[] = [...this.#topics.values()].map((topic) => topic.disconnect());
    leaving.push(...this.#retiring.values());
    leaving.push(Promise.resolve(this.#admin.begun).then((admin) => admin?.disconnect()));
    if (endsLease) leaving.push(this.#lease.end(this.#channel));
    await Promise.allSettled(leaving);
  }
}
