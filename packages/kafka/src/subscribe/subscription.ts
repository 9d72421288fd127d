import type { Admin, Consumer, EachBatchPayload, Producer } from 'kafkajs';
import type { ConsumerTracing } from '../consumer-tracing.ts';
import { contained } from '../contain.ts';
import { KafkaTracingError } from '../kafka-tracing-error.ts';
import { checkOptions } from '../option-rules.ts';
import { Operation } from '../semconv.ts';
import { AfterFailure, type Exits } from './after-failure.ts';
import { backoffDelay } from './backoff.ts';
import { consumeBatch, type Halt } from './consume-batch.ts';
import { Delivery } from './deliver.ts';
import type { SubscriptionDrainReport, SubscriptionHealth } from './health.ts';
import { deliveryMetrics } from './delivery-metrics.ts';
import { olderThan } from './in-flight.ts';
import { lagOf, type PartitionLag } from './lag.ts';
import { Outage, type OutageState } from './outage.ts';
import { Assignment, committedAbove, type PartitionState } from './partition-state.ts';
import { ProgressGauges } from './progress-gauges.ts';
import { drainRules, type Settings } from './settings.ts';
import { StoppedPartitions } from './stopped-partitions.ts';
import type { DrainOptions } from './subscribe-options.ts';
import { EventHub, type SubscriptionEvents } from './subscription-events.ts';
import { Turn } from './turn.ts';

/** The clients of one subscription; all connected. */
export interface SubscriptionClients {
  readonly admin: Admin;
  readonly consumer: Consumer;
  readonly producer: Producer | undefined;
  readonly exits: Exits;
}

// kafkajs' own; heartbeats are sent in time, whatever the handler awaits.
const defaultHeartbeatInterval = 3_000;

// Milliseconds that leaving the group may take after the last handler.
const leaving = 2_000;

/** A running consumer of a group; made by `subscribe`. */
export class Subscription<V = Buffer | null> implements AsyncDisposable {
  readonly #settings: Settings<V>;
  readonly #clients: SubscriptionClients;
  readonly #delivery: Delivery<V>;
  readonly #events = new EventHub();
  readonly #turns = new Set<Turn>();
  readonly #stopped: StoppedPartitions;
  readonly #topics: readonly string[];
  readonly #outage: Outage | undefined;
  readonly #gauges: ProgressGauges;
  #assignment = new Assignment(Promise.resolve(new Map()));
  #state: SubscriptionHealth['state'] = 'starting';
  #isPaused = false;
  #lastOutage: OutageState | undefined;
  #error: unknown;
  #drained: Promise<SubscriptionDrainReport> | undefined;

  /** Not for users: `subscribe` makes it. */
  constructor(settings: Settings<V>, clients: SubscriptionClients, tracing: ConsumerTracing) {
    this.#settings = settings;
    this.#clients = clients;
    this.#stopped = new StoppedPartitions(clients.consumer);
    this.#topics = [...settings.topics, ...(clients.exits.retryTopics?.names ?? [])];
    this.#outage = settings.outage && new Outage(settings.outage, (state) => this.#outageChanged(state, tracing));
    this.#gauges = new ProgressGauges(tracing);
    const afterFailure = new AfterFailure(settings, clients.exits, this.#events, this.#outage);
    this.#delivery = new Delivery(settings, tracing, afterFailure);
  }

  /** Joins the group and begins to consume. Not for users: `subscribe` calls it. */
  async start(): Promise<void> {
    const { consumer, admin } = this.#clients;
    const { groupId, concurrency, fromBeginning } = this.#settings;
    const topics = this.#topics;
    consumer.on(consumer.events.GROUP_JOIN, () => {
      this.#assignment = new Assignment(committedAbove(admin, groupId, topics));
      // kafkajs joins anew from within a fetch, too, while other batches are at work: their partitions may be somebody else's now.
      for (const turn of this.#turns) turn.end(new Error('The partition was assigned anew'), this.#settings.drain);
      this.#outage?.forgetPartitions();
      this.#gauges.clear();
      this.#stopped.resumeAll();
      if (this.#state === 'starting') this.#state = 'running';
    });
    consumer.on(consumer.events.CRASH, ({ payload: { error, restart } }) => this.#crashed(error, restart));
    await consumer.subscribe({ topics: [...this.#settings.topics], fromBeginning });
    // What was put off before a group's first commit of it is not to be missed.
    const retryTopics = topics.filter((topic) => !this.#settings.topics.includes(topic));
    if (retryTopics.length > 0) await consumer.subscribe({ topics: retryTopics, fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: concurrency.partitions,
      eachBatch: (payload) => this.#eachBatch(payload),
    });
  }

  /**
   * Calls `listener` for each event of a kind; see {@link SubscriptionEvents}.
   *
   * @returns ends that
   */
  on<E extends keyof SubscriptionEvents>(name: E, listener: (...args: SubscriptionEvents[E]) => void): () => void {
    return this.#events.on(name, listener);
  }

  /** Begins no other message until `resume()`; those at work go on. The member stays in its group. */
  pause(): void {
    this.#isPaused = true;
  }

  /** Goes on after `pause()`, and with the partitions that have stopped. */
  resume(): void {
    this.#isPaused = false;
    this.#stopped.resumeAll();
  }

  /** How it is, at once and without asking the broker. */
  health(): SubscriptionHealth {
    const attempts = [...this.#turns].flatMap((turn) => [...turn.attempts]);
    const stuck = olderThan(attempts, this.#settings.stuckAfter);
    const stopped = this.#stopped.list();
    const state = this.#state === 'running' && this.#isPaused ? 'paused' : this.#state;
    const outage = this.#outage?.state;
    const ok = (state === 'running' || state === 'paused') && stuck.length === 0 && stopped.length === 0 && outage === undefined;
    return { ok, state, stuck, stopped, parked: this.#stopped.listParked(), outage, inFlight: attempts.length, error: this.#error };
  }

  /**
   * How far each partition of the topics is behind, by all members of the group.
   *
   * @throws {KafkaTracingError} `drained`, once a drain has begun; what kafkajs throws when the broker does not answer
   */
  async lag(): Promise<readonly PartitionLag[]> {
    // kafkajs would connect again, and nobody would disconnect.
    if (this.#drained !== undefined) throw new KafkaTracingError('drained', 'The subscription has been drained: ask for its lag before.');
    return lagOf(this.#clients.admin, this.#settings.groupId, this.#topics);
  }

  /**
   * Ends the subscription: begins no other message, waits for those at work, commits, leaves the group and disconnects. Handlers
   * get their signal after the grace, and are left behind at the timeout. Called again it gives the same report.
   *
   * @param options over those of `subscribe`
   * @returns the report, which the `log` gets too, as one line
   * @throws {KafkaTracingError} `unknown_option`, `invalid_option`, before anything ends
   */
  async drain(options: DrainOptions = {}): Promise<SubscriptionDrainReport> {
    checkOptions('drain', options, drainRules);
    const { grace = this.#settings.drain.grace, timeout = this.#settings.drain.timeout } = options;
    this.#drained ??= this.#drain({ grace, timeout });
    return this.#drained;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.drain();
  }

  async #drain(limits: Required<DrainOptions>): Promise<SubscriptionDrainReport> {
    const startedAt = performance.now();
    const before = this.#delivery.counts;
    const abandonedBefore = this.#delivery.abandoned.length;
    if (this.#state !== 'crashed') this.#state = 'draining';
    this.#stopped.forget();
    this.#outage?.forget();
    this.#gauges.stop();
    for (const turn of this.#turns) turn.end(new Error('The subscription drains'), limits);
    const { consumer, producer, admin } = this.#clients;
    // In this order, and not for ever: the broker may be gone.
    await within(limits.timeout + leaving, async () => {
      await Promise.allSettled([consumer.disconnect()]);
      await Promise.allSettled([producer?.disconnect(), admin.disconnect()]);
    });
    if (this.#state !== 'crashed') this.#state = 'drained';
    const { handled, dead_lettered: deadLettered, retry_later: retryLater, skipped, interrupted } = this.#delivery.counts;
    const report: SubscriptionDrainReport = {
      handled: handled - before.handled,
      deadLettered: deadLettered - before.dead_lettered,
      retryLater: retryLater - before.retry_later,
      skipped: skipped - before.skipped,
      interrupted: interrupted - before.interrupted,
      abandoned: this.#delivery.abandoned.slice(abandonedBefore),
      durationMs: Math.round(performance.now() - startedAt),
    };
    this.#say(report.interrupted === 0 ? 'info' : 'warn', report, 'Subscription drained');
    return report;
  }

  async #eachBatch(payload: EachBatchPayload): Promise<void> {
    const { topic, partition } = payload.batch;
    const assignment = this.#assignment;
    const state = await assignment.state(topic, partition);
    const isCurrent = (): boolean => this.#assignment === assignment;
    if (this.#state !== 'running' || !isCurrent()) return;
    if (this.#isPaused) return this.#stopped.hold(topic, partition);
    let lost: { readonly error: unknown } | undefined;
    const turn = new Turn(async () => {
      try {
        await payload.heartbeat();
      } catch (error) {
        // The group rebalances, or has forgotten us: what is done is committed, then kafkajs joins again.
        lost ??= { error };
        turn.end(new Error('The partition is given up', { cause: error }), this.#settings.drain);
        throw error;
      }
    }, this.#settings.retry.attemptTimeout);
    const every = (this.#settings.consumer?.heartbeatInterval ?? defaultHeartbeatInterval) / 2;
    const beats = setInterval(() => void turn.heartbeat().catch(() => {}), every);
    this.#turns.add(turn);
    try {
      const halt = await consumeBatch(payload, {
        settings: this.#settings,
        delivery: this.#delivery,
        outage: this.#outage,
        gauges: this.#gauges,
        source: this.#clients.exits.retryTopics?.sourceOf(topic),
        state,
        turn,
        isCurrent,
        isPaused: () => this.#isPaused,
      });
      if (halt !== undefined && isCurrent()) this.#halt(payload, state, halt);
    } catch (error) {
      lost ??= { error };
    } finally {
      clearInterval(beats);
      turn.close();
      this.#turns.delete(turn);
    }
    if (lost !== undefined) throw lost.error;
  }

  #halt({ batch: { topic, partition } }: EachBatchPayload, state: PartitionState, halt: Halt): void {
    if (halt.kind === 'held') {
      // It may be time for a probe since, or over: the commit took its time. Then the next fetch brings the message again.
      if (this.#outage?.mayEnter(topic, partition) !== true) this.#stopped.hold(topic, partition);
      return;
    }
    const { offset } = halt;
    if (halt.kind === 'parked') return this.#stopped.park({ topic, partition, offset, resumesAt: halt.until });
    const { reason, error } = halt;
    state.stops++;
    const mends = reason === 'dead_letter_unwritable' || reason === 'retry_topic_unwritable';
    const delay = mends ? backoffDelay(state.stops, this.#settings.retry.backoff, Math.random()) : undefined;
    const stopped = { topic, partition, offset, reason, error, resumesAt: delay === undefined ? undefined : Date.now() + delay };
    this.#stopped.stop(stopped, delay);
    this.#events.emit('stopped', stopped);
    this.#say('warn', stopped, 'Partition stopped');
  }

  #outageChanged(state: 'open' | 'probing' | 'closed', tracing: ConsumerTracing): void {
    if (this.#drained !== undefined) return;
    if (state !== 'open' && !this.#isPaused) this.#stopped.resumeHeld();
    if (state === 'probing') return;
    const outage = this.#outage?.state ?? this.#lastOutage;
    if (outage === undefined) return;
    const over = state === 'closed';
    this.#lastOutage = over ? undefined : outage;
    if (!over) {
      const attributes = tracing.metricAttributes(Operation.process, undefined);
      contained('recording metrics', () => deliveryMetrics(tracing.options.meterProvider).outages.add(1, attributes), tracing);
    }
    this.#events.emit('outage', { ...outage, over });
    this.#say(over ? 'info' : 'warn', outage, over ? 'The outage is over' : 'Outage: messages wait until one can be handled');
  }

  #crashed(error: unknown, restart: boolean): void {
    if (this.#drained !== undefined) return;
    this.#state = restart ? 'starting' : 'crashed';
    if (restart) return;
    this.#error = error;
    this.#events.emit('crash', error);
    this.#say('warn', { error }, 'Subscription crashed');
  }

  #say(level: 'info' | 'warn', fields: object, message: string): void {
    contained('the log option', () => this.#settings.log?.[level](fields, message), this);
  }
}

/** Resolves when `work` has ended, or `ms` milliseconds later. */
async function within(ms: number, work: () => Promise<void>): Promise<void> {
  const { promise: tooLate, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  await Promise.race([work(), tooLate]);
  clearTimeout(timer);
}
