import type { ConsumerTracing } from '../consumer/consumer-telemetry.ts';
import { KafkaTracingError } from '../core/kafka-tracing-error.ts';
import { checkOptions } from '../core/option-rules.ts';
import { isTopicMissing } from '../core/error-type.ts';
import { Announcements } from './announcements.ts';
import { olderThan } from './attempt/attempt.ts';
import { AttemptRunner } from './attempt/attempt-runner.ts';
import type { PartitionStop } from './batch/consume-batch.ts';
import { drainClients, type SubscriptionClients } from './subscription-clients.ts';
import { backoffDelay } from '../core/backoff.ts';
import { CircuitBreaker, type CircuitState } from './failure/circuit-breaker.ts';
import type { SubscriptionEvents } from './failure/delivery-events.ts';
import { FailurePolicy } from './failure/failure-policy.ts';
import { foreignRecords } from './foreign-record.ts';
import { GroupMember } from './group-member.ts';
import type { SubscriptionDrainReport, SubscriptionHealth } from './health.ts';
import { lagOf, type PartitionLag } from './lag.ts';
import { ProgressGauges } from './metrics/progress-gauges.ts';
import { isRepeatedWrite, PartitionController, type BlockedPartition } from './partitions/partition-controller.ts';
import { PartitionOpener, type OpenedPartition } from './partitions/partition-opener.ts';
import type { PartitionLog } from './partitions/partition-log.ts';
import { drainRules, type Settings } from './settings.ts';
import type { DrainOptions } from './subscribe-options.ts';
import type { SubscriptionGroup } from './subscription-group.ts';

/** The counts of attempts so far. */
interface Totals {
  readonly counts: AttemptRunner<never>['counts'];
  readonly abandoned: number;
}

/** A member of a consumer group, which `subscribe` makes. `await using` drains it. */
export class Subscription<V = Buffer | null> implements AsyncDisposable {
  readonly #settings: Settings<V>;
  readonly #clients: SubscriptionClients;
  readonly #group: SubscriptionGroup;
  readonly #announce: Announcements;
  readonly #runner: AttemptRunner<V>;
  readonly #controller: PartitionController;
  readonly #circuit: CircuitBreaker | undefined;
  readonly #gauges: ProgressGauges;
  readonly #member: GroupMember<V>;
  #end: 'crashed' | 'draining' | 'drained' | undefined;
  #error: unknown;
  #drained: Promise<SubscriptionDrainReport> | undefined;

  private constructor(settings: Settings<V>, clients: SubscriptionClients, group: SubscriptionGroup, tracing: ConsumerTracing) {
    this.#settings = settings;
    this.#clients = clients;
    this.#group = group;
    this.#announce = new Announcements(tracing, settings.log);
    const { groupId, retrySchedule } = settings;
    const { destinations, retrySources } = group;
    this.#gauges = new ProgressGauges(tracing, () => this.#blocked);
    this.#controller = new PartitionController(clients.member, (place) => this.#member.suspect(place));
    this.#circuit = settings.circuitBreaker && new CircuitBreaker(settings.circuitBreaker, (...change) => this.#circuitChanged(...change));
    const hasRetryTopics = destinations.retryTopics !== undefined;
    this.#runner = new AttemptRunner({
      handler: settings.handler,
      codec: settings.codec,
      longestWait: retrySchedule?.longest,
      tracing,
      policy: new FailurePolicy({ ...settings, hasRetryTopics, hasDeadLetters: destinations.deadLetters !== undefined }),
      circuit: this.#circuit,
      applying: { groupId, destinations, events: this.#announce.events, tracing },
    });
    this.#member = new GroupMember({
      settings,
      member: clients.member,
      topics: group.topics,
      retrySources,
      opener: new PartitionOpener(clients.admin, clients.member, { groupId, ...group }),
      runner: this.#runner,
      circuit: this.#circuit,
      controller: this.#controller,
      gauges: this.#gauges,
      isForeign: foreignRecords(retrySources, groupId, (fields, message) => this.#announce.say('warn', fields, message)),
      opened: (partitions) => this.#opened(partitions),
      unopened: (partition) => {
        this.#gauges.follow();
        this.#announce.blocked(partition);
      },
      blocked: (log, stop) => this.#block(log, stop),
      crashed: (error, restart) => this.#crashed(error, restart),
      said: (fields, message) => this.#announce.say('warn', fields, message),
      expelled: (inFlight) => this.#announce.expelled(inFlight),
    });
  }

  /** Joins the group and starts to consume; for `subscribe`. @throws the error of joining, drained */
  static async start<V>(
    settings: Settings<V>,
    clients: SubscriptionClients,
    group: SubscriptionGroup,
    tracing: ConsumerTracing,
  ): Promise<Subscription<V>> {
    const subscription = new Subscription(settings, clients, group, tracing);
    try {
      await subscription.#member.join();
      return subscription;
    } catch (error) {
      await subscription.drain({ grace: 0, timeout: 0 });
      throw error;
    }
  }

  /**
   * Calls `listener` for each event of the name; see {@link SubscriptionEvents}. What it throws or rejects with is caught, and logged
   * through `diag`.
   *
   * @returns a function that removes the listener
   */
  on<E extends keyof SubscriptionEvents>(name: E, listener: (...args: SubscriptionEvents[E]) => unknown): () => void {
    return this.#announce.events.on(name, listener);
  }

  /** Starts no other message until `resume()`. Messages in flight continue, and the member stays in its group. */
  pause(): void {
    this.#member.pause();
  }

  /** Ends a `pause()` and resumes blocked partitions. Does nothing after a drain. */
  resume(): void {
    this.#member.resume();
    this.#controller.resumeAll();
  }

  /** Returns the state of the subscription, at once and without a request. */
  health(): SubscriptionHealth {
    const attempts = [...this.#member.deadlines].flatMap((deadline) => [...deadline.attempts]);
    const stuck = olderThan(attempts, this.#settings.stuckAfter);
    const blocked = this.#blocked;
    const state = this.#end ?? (this.#member.isRunning ? (this.#member.isPaused ? 'paused' : 'running') : 'starting');
    const circuitOpen = this.#circuit?.state;
    const ok = (state === 'running' || state === 'paused') && stuck.length === 0 && blocked.length === 0 && circuitOpen === undefined;
    return { ok, state, stuck, blocked, delayed: this.#controller.delayed, circuitOpen, inFlight: attempts.length, error: this.#error };
  }

  get #blocked(): readonly BlockedPartition[] {
    return [...this.#controller.blocked, ...this.#member.unopened];
  }

  /**
   * Queries the lag of the group, with all its members, in each partition of the topics and retry topics.
   *
   * @returns `{ topic, partition, lag }` for each, `lag` in offsets, as a bigint
   * @throws {KafkaTracingError} `drained`, once a drain has begun; `topic_missing`; what the client throws when the broker does not answer
   */
  async lag(): Promise<readonly PartitionLag[]> {
    // The client may connect again, and no one would disconnect.
    if (this.#drained !== undefined) throw new KafkaTracingError('drained', 'The subscription has been drained: ask for its lag before.');
    return lagOf(this.#clients.admin, this.#settings.groupId, this.#group.topics);
  }

  /**
   * Ends the subscription: starts no other message, waits for those in flight, commits, leaves the group and disconnects. Signals of
   * handlers are aborted after `grace`; handlers are abandoned at `timeout`. A second call returns the same report.
   *
   * A handler may await it: it then resolves when all batches have ended but those whose handlers await it, and the subscription ends
   * after these handlers.
   *
   * @param options override those of `subscribe`
   * @returns the report, which `log` gets as one line
   * @throws {KafkaTracingError} `unknown_option`, `invalid_option`, before anything ends
   */
  async drain(options: DrainOptions = {}): Promise<SubscriptionDrainReport> {
    checkOptions('drain', options, drainRules);
    const { grace = this.#settings.drain.grace, timeout = this.#settings.drain.timeout } = options;
    const startedAt = performance.now();
    const before = this.#totals();
    const calling = this.#member.callingBatch;
    calling?.excuse();
    const batches = [...this.#member.deadlines];
    this.#drained ??= this.#drain({ grace, timeout });
    if (calling === undefined) return this.#drained;
    await Promise.all(batches.map(({ excused }) => excused));
    return this.#report(before, startedAt);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.drain();
  }

  async #drain(limits: Required<DrainOptions>): Promise<SubscriptionDrainReport> {
    const startedAt = performance.now();
    const before = this.#totals();
    if (this.#end !== 'crashed') this.#end = 'draining';
    this.#stopTimers();
    this.#gauges.stop();
    this.#member.end(new Error('The subscription drains'), limits);
    await drainClients(this.#clients, limits.timeout);
    if (this.#end !== 'crashed') this.#end = 'drained';
    const report = this.#report(before, startedAt);
    this.#announce.say(report.interrupted === 0 ? 'info' : 'warn', report, 'Subscription drained');
    return report;
  }

  #totals(): Totals {
    return { counts: this.#runner.counts, abandoned: this.#runner.abandoned.length };
  }

  #report(before: Totals, startedAt: number): SubscriptionDrainReport {
    const { counts } = this.#runner;
    return {
      handled: counts.handled - before.counts.handled,
      deadLettered: counts.dead_lettered - before.counts.dead_lettered,
      retryLater: counts.retry_later - before.counts.retry_later,
      skipped: counts.skipped - before.counts.skipped,
      interrupted: counts.interrupted - before.counts.interrupted,
      abandoned: this.#runner.abandoned.slice(before.abandoned),
      durationMs: Math.round(performance.now() - startedAt),
    };
  }

  #opened(partitions: readonly OpenedPartition[]): void {
    this.#announce.countFromZero(partitions.map(({ log }) => log.topic));
    const begun = partitions
      .filter(({ isNew }) => isNew)
      .map(({ log }) => ({ topic: log.topic, partition: log.partition, offset: String(log.position) }));
    if (begun.length > 0) this.#announce.say('info', { partitions: begun }, 'No commit found: the partitions begin here');
    for (const { log, needsSeek, isRecreated, removed, end } of partitions) {
      const { topic, partition } = log;
      const offset = String(log.position);
      this.#gauges.opened(log, end);
      if (needsSeek) this.#controller.seek(log, log.position ?? 0n);
      if (this.#controller.passed(log, log.position ?? 0n)) log.failedWrites = 0;
      if (isRecreated) {
        this.#controller.release(log);
        this.#announce.recreated({ topic, partition, offset });
      }
      if (removed !== undefined) {
        const { from, to, count } = removed;
        this.#announce.removed({ topic, partition, from: String(from), to: String(to), count });
      }
    }
  }

  #block(log: PartitionLog, { offset, reason, error }: PartitionStop & { readonly kind: 'blocked' }): void {
    const { topic, partition } = log;
    const isRetried = isRepeatedWrite(reason);
    if (isRetried) log.failedWrites++;
    const delay = isRetried ? backoffDelay(log.failedWrites, this.#settings.retry.backoff, Math.random()) : undefined;
    const blocked = { topic, partition, offset, reason, error, resumesAt: delay === undefined ? undefined : Date.now() + delay };
    this.#controller.block(blocked);
    this.#announce.blocked(blocked);
  }

  #circuitChanged(change: 'open' | 'probing' | 'closed', circuit: CircuitState): void {
    if (this.#drained !== undefined) return;
    if (change !== 'open' && !this.#member.isPaused) this.#controller.resumeHeld();
    if (change === 'probing') return;
    if (change === 'closed') {
      this.#announce.events.emit('circuit-closed', circuit);
      return this.#announce.say('info', circuit, 'Circuit closed: a message was handled');
    }
    this.#announce.measure(undefined, ({ circuitOpens }, attributes) => circuitOpens.add(1, attributes));
    this.#announce.events.emit('circuit-open', circuit);
    this.#announce.say('warn', circuit, 'Circuit open: messages wait until one can be handled');
  }

  #crashed(error: unknown, restart: boolean): void {
    if (this.#drained !== undefined) return;
    // It cannot join while one of its topics is missing.
    if (isTopicMissing(error)) this.#group.recreateTopics().catch(() => {});
    if (restart) return this.#announce.say('warn', { error }, 'The client crashed: it starts again');
    this.#end = 'crashed';
    this.#error = error;
    this.#stopTimers();
    this.#gauges.stop();
    this.#announce.events.emit('crash', error);
    this.#announce.say('warn', { error }, 'Subscription crashed');
  }

  /** Nothing continues by itself any more: the client is gone, or about to go. */
  #stopTimers(): void {
    this.#controller.close();
    this.#circuit?.shut();
  }
}
