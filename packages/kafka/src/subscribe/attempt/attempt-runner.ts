import { context as contextApi, ROOT_CONTEXT, trace, type Context } from '@opentelemetry/api';
import { setSignal } from '@tracelink/context';
import { layeredOn } from '@tracelink/context/internal';
import type { Extraction } from '@tracelink/propagation';
import { channels, type AttemptMessage } from '../../channels/channels.ts';
import { PublishedOperation } from '../../channels/publish.ts';
import type { ConsumerTracing } from '../../consumer/consumer-telemetry.ts';
import { fault, guard } from '../../core/guard.ts';
import { rememberDelivery, type DeliverySource } from '../../consumer/delivered-message.ts';
import { eachInOwnAsyncContext, inOwnAsyncContext, isThenable } from '../../core/outcome.ts';
import { countConsumed, endProcessing, openProcessing, recordUntraced } from '../../consumer/process-message.ts';
import { isReplayedFor } from '../../sender/record-headers.ts';
import {
  applyDisposition,
  circuitOpen,
  handled,
  interrupted,
  writeRecord,
  type Applying,
  type Settlement,
} from '../failure/apply-disposition.ts';
import type { CircuitBreaker } from '../failure/circuit-breaker.ts';
import type { FailurePolicy } from '../failure/failure-policy.ts';
import { failedAttempt } from '../headers/delivery-headers.ts';
import { DeliveryRecorder } from '../metrics/delivery-recorder.ts';
import type { Delivery } from '../partitions/delivery.ts';
import { Attempt, type InFlightMessage } from './attempt.ts';
import type { BatchDeadline } from './batch-deadline.ts';
import type { Codec } from './codec.ts';
import type { MessageHandler } from './message-scope.ts';
import { RunningHandlers } from './running-handlers.ts';

/** The dependencies of attempts. */
export interface AttemptRunnerParts<V> {
  readonly handler: MessageHandler<V>;
  readonly codec: Codec<V> | undefined;
  /** The longest delay in milliseconds that `retryLater` accepts; `undefined` without scheduled retries. */
  readonly longestWait: number | undefined;
  readonly tracing: ConsumerTracing;
  readonly policy: FailurePolicy;
  readonly circuit: CircuitBreaker | undefined;
  readonly applying: Applying;
}

type Retry = { readonly kind: 'retry'; readonly delay: number };

/** Called with how the record was settled, for now. */
type Settled = (delivery: Delivery, settlement: Settlement) => void;

/** Passes records to the handler, each until it is settled or its batch has ended. */
export class AttemptRunner<V> {
  readonly #parts: AttemptRunnerParts<V>;
  readonly #source: DeliverySource;
  readonly #abandoned: InFlightMessage[] = [];
  readonly #running: RunningHandlers;
  readonly #counts: Record<Settlement['kind'] | 'retry', number> = {
    handled: 0,
    dead_lettered: 0,
    skipped: 0,
    interrupted: 0,
    retry: 0,
    retry_later: 0,
    delayed: 0,
    circuit_open: 0,
    blocked: 0,
  };

  /** Gives what must be awaited. A function of the runner, as one for each attempt costs as much as the rest of it. */
  readonly #call = eachInOwnAsyncContext((attempt: Attempt) => contextApi.with(attempt.context, this.#runAttempt, undefined, attempt));
  readonly #runAttempt = (attempt: Attempt): Promise<void> | undefined => this.#run(attempt);

  constructor(parts: AttemptRunnerParts<V>) {
    this.#parts = parts;
    this.#running = new RunningHandlers(parts.tracing);
    this.#source = { tracing: parts.tracing, batch: undefined };
  }

  /** Attempts that ended since the start, by outcome; and the waits for another attempt after which none began. */
  get counts(): Readonly<Record<Settlement['kind'] | 'retry', number>> {
    return { ...this.#counts };
  }

  /** Records whose handler was abandoned: it did not end in time. */
  get abandoned(): readonly InFlightMessage[] {
    return this.#abandoned;
  }

  /**
   * Makes attempts until the record is settled, for now. Never rejects.
   *
   * @param settled called with how, before the promise resolves
   */
  deliver(delivery: Delivery, deadline: BatchDeadline, settled: Settled): Promise<void> {
    return delivery.isLeftOver ? this.#goOn(delivery, deadline, settled) : this.#attempts(delivery, deadline, settled, undefined);
  }

  /** The attempts, continued with the state that an earlier batch left of the record. */
  async #goOn(delivery: Delivery, deadline: BatchDeadline, settled: Settled): Promise<void> {
    const left = await this.#leftOver(delivery, deadline);
    delivery.isLeftOver = delivery.unwritten !== undefined || this.#running.of(delivery) !== undefined;
    if (left !== undefined && left.kind !== 'retry') return settled(delivery, this.#count(left));
    const hindrance = await this.#hindrance(delivery, deadline, left?.delay);
    if (hindrance !== undefined) return settled(delivery, this.#count(hindrance));
    return this.#attempts(delivery, deadline, settled, left?.delay);
  }

  async #attempts(delivery: Delivery, deadline: BatchDeadline, settled: Settled, waitedFor: number | undefined): Promise<void> {
    const { tracing } = this.#parts;
    const { topic } = delivery;
    // Without an SDK nothing is read: the handler runs in the active context.
    const extraction = tracing.isTraced ? this.#read(delivery) : undefined;
    countConsumed(tracing, topic, 1);
    const recorder = DeliveryRecorder.of(tracing, topic);
    let delay = waitedFor;
    for (;;) {
      delivery.attempts++;
      const attempt = this.#begin(delivery, deadline, extraction);
      recorder?.begun(delivery, delay, attempt.context);
      const operation = channels.attempt.hasSubscribers ? this.#published(delivery) : undefined;
      delivery.delayedAt = undefined;
      let failure: { readonly error: unknown } | undefined;
      try {
        const handling = operation === undefined ? this.#call(attempt) : this.#callPublished(attempt, operation);
        if (handling !== undefined) await handling;
        if (attempt.asked !== undefined) failure = { error: attempt.asked };
      } catch (error) {
        failure = { error };
        if (attempt.handling !== undefined && deadline.isAbandonment(error)) this.#running.leave(attempt, attempt.handling);
      }
      deadline.ended(attempt);
      recorder?.ran();
      const next = failure === undefined ? handled : await this.#failed(attempt, deadline, failure.error);
      if (attempt.processing !== undefined) endProcessing(tracing, attempt.processing, attempt.startedAt, failure);
      else recordUntraced(tracing, topic, attempt.startedAt, failure);
      recorder?.settled(next.kind, extraction?.since ?? delivery.timestamp, attempt.context);
      operation?.ended(failure === undefined ? { failed: false, value: undefined } : { failed: true, ...failure }, { outcome: next.kind });
      if (next.kind !== 'retry') return settled(delivery, this.#count(next));
      this.#counts.retry++;
      ({ delay } = next);
      const hindrance = await this.#hindrance(delivery, deadline, delay);
      if (hindrance !== undefined) return settled(delivery, this.#count(hindrance));
    }
  }

  /** Waits for `delay` milliseconds, if any. @returns why no attempt may begin then, if none may */
  async #hindrance(delivery: Delivery, deadline: BatchDeadline, delay: number | undefined): Promise<Settlement | undefined> {
    const since = Date.now();
    const hasWaited = delay === undefined ? !deadline.isEnding : await deadline.waited(delay);
    if (hasWaited && this.#parts.circuit?.admitsAgain(delivery) !== false) return undefined;
    // The next attempt waits for longer than that, and the time is its wait.
    if (delay !== undefined) delivery.delayedAt = since;
    return hasWaited ? circuitOpen : interrupted;
  }

  /** What the headers say, and whether they tell of an attempt before; `undefined` when telemetry has failed. */
  #read(delivery: Delivery): Extraction | undefined {
    const { tracing, applying } = this.#parts;
    const { topic, message } = delivery;
    const { headers } = message;
    let extraction: Extraction | undefined;
    try {
      extraction = tracing.propagation.extract(headers, topic);
      if (headers === undefined) return extraction;
    } catch (error) {
      fault('reading headers', error, tracing);
      return undefined;
    }
    try {
      // A record that another handler has forwarded with all its headers still names the attempt that failed there.
      const isOurs = delivery.log.source !== undefined || isReplayedFor(headers, topic, applying.groupId);
      if (isOurs) delivery.previous ??= failedAttempt(headers);
    } catch (error) {
      fault('reading headers', error);
    }
    return extraction;
  }

  #published(delivery: Delivery): PublishedOperation<AttemptMessage> | undefined {
    return PublishedOperation.of(channels.attempt, () => {
      const { place, attempts: attempt, message } = delivery;
      return { groupId: this.#parts.applying.groupId, ...place, attempt, message };
    });
  }

  #count(settlement: Settlement): Settlement {
    this.#counts[settlement.kind]++;
    return settlement;
  }

  #begin(delivery: Delivery, deadline: BatchDeadline, extraction: Extraction | undefined): Attempt {
    const { tracing, longestWait } = this.#parts;
    const { topic, partition, message, attempts, previous } = delivery;
    const received = extraction && { topic, partition, message, extraction, attempt: { number: attempts, previous } };
    const processing = received && openProcessing(tracing, received, undefined);
    const attempt = new Attempt(delivery, deadline, extraction, processing, longestWait);
    // When telemetry has failed, the handler runs in the active context.
    attempt.context = setSignal(processing?.context ?? layeredOn(contextApi.active()), attempt);
    deadline.began(attempt);
    return attempt;
  }

  #callPublished(attempt: Attempt, operation: PublishedOperation<AttemptMessage>): Promise<void> | undefined {
    return inOwnAsyncContext(() => contextApi.with(attempt.context, () => operation.run(() => this.#run(attempt))));
  }

  /** Decodes the value and calls the handler, in the context of the attempt. @returns what must be awaited */
  #run(attempt: Attempt): Promise<void> | undefined {
    const { codec } = this.#parts;
    attempt.traceId = trace.getActiveSpan()?.spanContext().traceId;
    return codec === undefined ? this.#hand(attempt, attempt.delivery.message.value as V) : this.#decode(attempt, codec);
  }

  #decode(attempt: Attempt, codec: Codec<V>): Promise<void> | undefined {
    const { original, message } = attempt.delivery;
    const { topic, partition } = original;
    const { key, value, headers = {} } = message;
    const decoded = codec.decode(value, { topic, partition, key, headers });
    if (!isThenable(decoded)) return this.#hand(attempt, decoded as V);
    return attempt.deadline.orAbandoned(attempt, decoded).then((later) => this.#hand(attempt, later as V));
  }

  #hand(attempt: Attempt, value: V): Promise<void> | undefined {
    attempt.decoded();
    const message = attempt.messageOf(value);
    rememberDelivery(message, attempt.extraction, this.#source);
    const handling: unknown = this.#parts.handler(message, attempt);
    if (!isThenable(handling)) return undefined;
    attempt.handling = handling;
    return attempt.deadline.orAbandoned(attempt, handling as PromiseLike<void>);
  }

  /** The state that an earlier batch left of the record: a write that no broker acknowledged, or a handler that still runs. */
  async #leftOver(delivery: Delivery, deadline: BatchDeadline): Promise<Settlement | Retry | undefined> {
    const { unwritten } = delivery;
    if (unwritten !== undefined) {
      delivery.unwritten = undefined;
      return contextApi.with(this.#contextAfter(delivery), () => writeRecord(this.#parts.applying, delivery, unwritten));
    }
    const running = this.#running.of(delivery);
    if (running === undefined) return undefined;
    const { attempt } = running;
    deadline.began(attempt);
    try {
      const outcome = await deadline.orAbandoned(attempt, running.outcome);
      this.#running.forget(delivery);
      if (!outcome.failed) return handled;
      if (!attempt.isInterrupted) return await contextApi.with(this.#contextAfter(delivery), () => this.#decide(attempt, outcome.error));
      delivery.attempts--;
      return undefined;
    } catch {
      this.#abandoned.push(attempt.describe(performance.now()));
      return interrupted;
    } finally {
      deadline.ended(attempt);
    }
  }

  /** The attempt's span has ended; what is written after it continues its trace, as the next hop of the record. */
  #contextAfter(delivery: Delivery): Context {
    const { previous } = delivery;
    const extraction = this.#parts.tracing.isTraced ? this.#read(delivery) : undefined;
    const read = () => (previous === undefined ? extraction?.asParent() : extraction?.asRoot());
    const context = guard('reading headers', read) ?? ROOT_CONTEXT;
    return previous === undefined ? context : trace.setSpanContext(context, previous);
  }

  /** Decides what happens to the record, in the context of the attempt, so that what is written continues its trace. */
  #failed(attempt: Attempt, deadline: BatchDeadline, error: unknown): Promise<Settlement | Retry> {
    const { delivery } = attempt;
    const isAbandoned = deadline.isAbandonment(error);
    if (isAbandoned) this.#abandoned.push(attempt.describe(performance.now()));
    return contextApi.with(attempt.context, async () => {
      delivery.previous = trace.getActiveSpan()?.spanContext();
      if (!isAbandoned && !attempt.isInterrupted) return this.#decide(attempt, error);
      // Interrupted, the attempt does not count; whether one counts whose handler still runs, the handler's end decides.
      if (!isAbandoned || attempt.handling === undefined) delivery.attempts--;
      return interrupted;
    });
  }

  async #decide(attempt: Attempt, error: unknown): Promise<Settlement | Retry> {
    const { policy, circuit, applying } = this.#parts;
    const { delivery } = attempt;
    delivery.firstFailure ??= Date.now();
    const disposition = policy.decide(delivery, attempt.failureOf(error), circuit);
    applying.events.emit('attempt-failed', { ...delivery.place, attempt: delivery.attempts, error, verdict: disposition.verdict });
    if (disposition.isExhausted) circuit?.recordFailure(delivery, error);
    if (disposition.kind !== 'retry') return applyDisposition(applying, delivery, error, disposition);
    trace.getActiveSpan()?.addEvent('tracelink.delivery.retry', { 'tracelink.delivery.retry_delay': disposition.delay / 1_000 });
    return disposition;
  }
}
