import { setTimeout as wait } from 'node:timers/promises';
import { context as contextApi, trace } from '@opentelemetry/api';
import type { Extraction } from '@tracelink/propagation';
import { setSignal } from '@tracelink/context';
import type { KafkaMessage } from 'kafkajs';
import type { ConsumerTracing } from '../consumer-tracing.ts';
import { contained } from '../contain.ts';
import { rememberDelivery, type DeliverySource } from '../delivery.ts';
import { isThenable } from '../outcome.ts';
import { countConsumed, endProcessing, openProcessing } from '../process-message.ts';
import type { Processing, Received } from '../process-span.ts';
import { Operation } from '../semconv.ts';
import type { AfterFailure, FailedDelivery, Next } from './after-failure.ts';
import type { AttemptMemory } from './attempt-memory.ts';
import { failedAttempt } from './delivery-headers.ts';
import { deliveryMetrics } from './delivery-metrics.ts';
import type { InFlightMessage } from './in-flight.ts';
import { AttemptScope, PutOff, type SubscribedMessage } from './message-scope.ts';
import type { Settings } from './settings.ts';
import type { MessagePlace } from './subscription-events.ts';
import { Abandoned, type Turn } from './turn.ts';

/** How it ended with a message, for now. */
export type Ending = Exclude<Next, { readonly kind: 'retry' }>;

/** A message at its place. */
export interface Arrival {
  readonly place: MessagePlace;
  readonly message: KafkaMessage;
  readonly memory: AttemptMemory;
  readonly turn: Turn;
}

/** What an attempt failed with. */
interface Failed {
  readonly error: unknown;
}

/** One attempt at a message. */
interface Attempt {
  readonly arrival: Arrival;
  readonly extraction: Extraction | undefined;
  readonly scope: AttemptScope;
  /** `undefined` where telemetry has failed, as `processing`. */
  readonly received: Received | undefined;
  readonly processing: Processing | undefined;
  isDecoded: boolean;
}

/** Hands messages to the handler, each until it is done or its turn has ended. */
export class Delivery<V> {
  readonly #settings: Settings<V>;
  readonly #tracing: ConsumerTracing;
  readonly #afterFailure: AfterFailure;
  readonly #source: DeliverySource;
  readonly #abandoned: InFlightMessage[] = [];
  readonly #counts: Record<Next['kind'], number> = {
    handled: 0,
    dead_lettered: 0,
    skipped: 0,
    interrupted: 0,
    retry: 0,
    retry_later: 0,
    parked: 0,
    held: 0,
    stopped: 0,
  };

  constructor(settings: Settings<V>, tracing: ConsumerTracing, afterFailure: AfterFailure) {
    this.#settings = settings;
    this.#tracing = tracing;
    this.#afterFailure = afterFailure;
    this.#source = { tracing, batch: undefined };
  }

  /** Attempts that ended since the start, by how; and waits for another that were cut off. */
  get counts(): Readonly<Record<Next['kind'], number>> {
    return { ...this.#counts };
  }

  /** Messages whose handler was left behind: it did not end when it had to. */
  get abandoned(): readonly InFlightMessage[] {
    return this.#abandoned;
  }

  /** Tries until the message is handled or given up. Never rejects. */
  async deliver(arrival: Arrival): Promise<Ending> {
    const { place, message, memory, turn } = arrival;
    const tracing = this.#tracing;
    const extraction = contained('reading headers', () => tracing.propagation.extract(message.headers, place.topic), tracing);
    countConsumed(tracing, place.topic, 1);
    if (memory.attempts === 0) this.#recordSince(arrival, 'queueTime', memory.timestamp);
    if (memory.putOffAt !== undefined) this.#recordSince(arrival, 'retryWait', memory.putOffAt);
    memory.putOffAt = undefined;
    const { headers } = message;
    if (headers !== undefined) memory.previous ??= contained('reading headers', () => failedAttempt(headers));
    for (;;) {
      memory.attempts++;
      const attempt = this.#begin(arrival, extraction);
      let failure: Failed | undefined;
      try {
        const handling = contextApi.with(attempt.scope.context, () => this.#run(attempt));
        if (handling !== undefined) await handling;
        failure = attempt.scope.asked && { error: attempt.scope.asked };
      } catch (error) {
        failure = { error };
      }
      this.#left(attempt);
      const next = failure === undefined ? handled : await this.#failed(attempt, failure);
      this.#end(attempt, failure);
      this.#count(place.topic, next);
      if (next.kind === 'handled') this.#recordSince(arrival, 'originToDone', extraction?.since ?? memory.timestamp);
      if (next.kind !== 'retry') return next;
      if (!(await waited(next.delay, turn.ending))) {
        this.#counts.interrupted++;
        return interrupted;
      }
      this.#measure(place.topic, (metrics, attributes) => metrics.retryWait.record(next.delay / 1_000, attributes));
    }
  }

  #begin(arrival: Arrival, extraction: Extraction | undefined): Attempt {
    const { place, message, memory, turn } = arrival;
    const scope = new AttemptScope({
      place,
      key: message.key,
      memory,
      heartbeat: turn.heartbeat,
      longestWait: this.#settings.retryTiers?.longest,
    });
    turn.began(scope);
    this.#measure(place.topic, (metrics, attributes) => metrics.inFlight.add(1, attributes));
    const received = extraction && { ...place, message, extraction, attempt: { number: memory.attempts, previous: memory.previous } };
    const processing = received && openProcessing(this.#tracing, received, undefined);
    // Where telemetry has failed, what is active: the handler runs all the same.
    scope.context = setSignal(processing?.context ?? contextApi.active(), scope);
    return { arrival, extraction, scope, received, processing, isDecoded: false };
  }

  /** Decodes the value and calls the handler; in the context of the attempt. @returns what is to be awaited */
  #run(attempt: Attempt): Promise<void> | undefined {
    const { codec } = this.#settings;
    const { arrival, scope } = attempt;
    scope.traceId = trace.getActiveSpan()?.spanContext().traceId;
    if (codec === undefined) return this.#hand(attempt, arrival.message.value as V);
    const decoded = codec.decode(arrival.message.value);
    return isThenable(decoded) ? this.#handDecoded(attempt, decoded) : this.#hand(attempt, decoded as V);
  }

  async #handDecoded(attempt: Attempt, decoding: PromiseLike<V>): Promise<void> {
    const value = await attempt.arrival.turn.orAbandoned(attempt.scope, decoding);
    await this.#hand(attempt, value);
  }

  #hand(attempt: Attempt, value: V): Promise<void> | undefined {
    const { arrival, extraction, scope } = attempt;
    attempt.isDecoded = true;
    const message = handedMessage(arrival.memory, arrival.message, value);
    if (extraction !== undefined) rememberDelivery(message, extraction, this.#source);
    const handling: unknown = this.#settings.handler(message, scope);
    return isThenable(handling) ? arrival.turn.orAbandoned(scope, handling as PromiseLike<void>) : undefined;
  }

  /** The handler has ended, or is left behind. */
  #left({ arrival: { turn, place }, scope }: Attempt): void {
    turn.ended(scope);
    this.#measure(place.topic, (metrics, attributes) => metrics.inFlight.add(-1, attributes));
  }

  /** Decides what becomes of the message, in the context of the attempt: what is written goes on with its trace. */
  async #failed({ arrival, scope, isDecoded }: Attempt, { error }: Failed): Promise<Next> {
    const { memory, turn } = arrival;
    const isAbandoned = error instanceof Abandoned;
    if (isAbandoned) this.#abandoned.push(scope.describe(performance.now()));
    return contextApi.with(scope.context, async () => {
      memory.previous = trace.getActiveSpan()?.spanContext();
      if (isAbandoned || (turn.isEnding && scope.isAborted)) return interrupted;
      return this.#afterFailure.decide({ ...arrival, error, ...settledBy(scope, isDecoded) });
    });
  }

  #end({ scope, received, processing }: Attempt, failure: Failed | undefined): void {
    if (received !== undefined && processing !== undefined)
      endProcessing(this.#tracing, received, { ...processing, startedAt: scope.startedAt }, failure);
  }

  /** @param time milliseconds since the epoch */
  #recordSince({ place }: Arrival, what: 'queueTime' | 'retryWait' | 'originToDone', time: number): void {
    this.#measure(place.topic, (metrics, attributes) => {
      const seconds = (Date.now() - time) / 1_000;
      // Two clocks: the producer's may be ahead.
      if (seconds >= 0) metrics[what].record(seconds, attributes);
    });
  }

  #count(topic: string, { kind }: Next): void {
    this.#counts[kind]++;
    this.#measure(topic, (metrics, attributes) => {
      metrics.attempts.add(1, { ...attributes, 'tracelink.delivery.outcome': kind });
      if (kind === 'dead_lettered') metrics.deadLetters.add(1, attributes);
    });
  }

  #measure(
    topic: string,
    record: (metrics: ReturnType<typeof deliveryMetrics>, attributes: ReturnType<ConsumerTracing['metricAttributes']>) => void,
  ): void {
    const tracing = this.#tracing;
    if (!tracing.isMeasured) return;
    contained(
      'recording metrics',
      () => record(deliveryMetrics(tracing.options.meterProvider), tracing.metricAttributes(Operation.process, topic)),
      tracing,
    );
  }
}

const handled: Ending = { kind: 'handled' };
const interrupted: Ending = { kind: 'interrupted' };

function handedMessage<V>({ original, timestamp }: AttemptMemory, { key, headers = {} }: KafkaMessage, value: V): SubscribedMessage<V> {
  const { topic, partition, offset } = original;
  return { topic, partition, offset, key, value, headers, timestamp };
}

/** What is settled of an attempt that failed: its handler asked for it, or there was nothing to hand out. */
function settledBy({ asked }: AttemptScope, isDecoded: boolean): Pick<FailedDelivery, 'settled' | 'later'> {
  if (asked instanceof PutOff) return { settled: 'retry-later', later: asked.ms };
  return { settled: asked !== undefined || !isDecoded ? 'dead-letter' : undefined, later: undefined };
}

/** Whether the whole time has passed. */
async function waited(delay: number, signal: AbortSignal): Promise<boolean> {
  try {
    await wait(delay, undefined, { signal });
    return true;
  } catch {
    return false;
  }
}
