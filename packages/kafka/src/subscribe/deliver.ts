import { isUtf8 } from 'node:buffer';
import { setTimeout as wait } from 'node:timers/promises';
import { trace } from '@opentelemetry/api';
import type { Extraction } from '@tracelink/propagation';
import { withSignal } from '@tracelink/context';
import type { KafkaMessage } from 'kafkajs';
import type { ConsumerTracing } from '../consumer-tracing.ts';
import { contained } from '../contain.ts';
import { rememberDelivery } from '../delivery.ts';
import { countConsumed, processMessage } from '../process-message.ts';
import { Operation } from '../semconv.ts';
import type { AfterFailure, FailedDelivery, Next } from './after-failure.ts';
import type { AttemptMemory } from './attempt-memory.ts';
import { failedAttempt } from './delivery-headers.ts';
import { deliveryMetrics } from './delivery-metrics.ts';
import type { InFlight, InFlightMessage, Running } from './in-flight.ts';
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

/** Hands messages to the handler, each until it is done or its turn has ended. */
export class Delivery<V> {
  readonly #settings: Settings<V>;
  readonly #tracing: ConsumerTracing;
  readonly #afterFailure: AfterFailure;
  readonly #inFlight: InFlight;
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

  constructor(settings: Settings<V>, tracing: ConsumerTracing, afterFailure: AfterFailure, inFlight: InFlight) {
    this.#settings = settings;
    this.#tracing = tracing;
    this.#afterFailure = afterFailure;
    this.#inFlight = inFlight;
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
    memory.previous ??=
      message.headers === undefined ? undefined : contained('reading headers', () => failedAttempt(message.headers ?? {}));
    for (;;) {
      memory.attempts++;
      const next = await this.#attempt(arrival, extraction);
      this.#count(place.topic, next);
      if (next.kind === 'handled') this.#recordSince(arrival, 'originToDone', extraction?.since ?? memory.timestamp);
      if (next.kind !== 'retry') return next;
      if (!(await waited(next.delay, turn.ending))) {
        this.#counts.interrupted++;
        return { kind: 'interrupted' };
      }
      this.#metrics((metrics, attributes) => metrics.retryWait.record(next.delay / 1_000, attributes), place.topic);
    }
  }

  async #attempt(arrival: Arrival, extraction: Extraction | undefined): Promise<Next> {
    const { place, message, memory } = arrival;
    let next: Next = { kind: 'handled' };
    const run = async (): Promise<void> => {
      const spanContext = trace.getActiveSpan()?.spanContext();
      const failure = await this.#handle(arrival, extraction, spanContext?.traceId);
      memory.previous = spanContext;
      if (failure === undefined) return;
      next = failure.interrupted ? { kind: 'interrupted' } : await this.#afterFailure.decide({ ...arrival, ...failure });
      throw failure.error;
    };
    const attempt = { number: memory.attempts, previous: memory.previous };
    try {
      await (extraction === undefined ? run() : processMessage(this.#tracing, { ...place, message, extraction, attempt }, undefined, run));
    } catch {
      // The span has it, and `next` says what becomes of it.
    }
    return next;
  }

  /** Runs the handler once. Resolves with what went wrong. */
  async #handle({ place, message, memory, turn }: Arrival, extraction: Extraction | undefined, traceId: string | undefined) {
    const { codec, handler, retry, retryTiers } = this.#settings;
    const scope = new AttemptScope(memory, traceId, turn.heartbeat, retryTiers?.longest);
    const running = this.#begin(scope, place, message.key);
    turn.began(scope);
    const timer =
      retry.attemptTimeout === undefined
        ? undefined
        : setTimeout(
            () => scope.abort(new DOMException(`The attempt took longer than ${retry.attemptTimeout} ms`, 'TimeoutError')),
            retry.attemptTimeout,
          );
    let isDecoded = codec === undefined;
    try {
      const value = (codec === undefined ? message.value : await turn.orAbandoned(codec.decode(message.value))) as V;
      isDecoded = true;
      const handed = handedMessage(memory, message, value);
      if (extraction !== undefined) rememberDelivery(handed, extraction, { tracing: this.#tracing, batch: undefined });
      const handling: unknown = withSignal(scope.signal, () => handler(handed, scope));
      if (typeof handling === 'object' && handling !== null) await turn.orAbandoned(handling);
      if (scope.asked === undefined) return undefined;
      throw scope.asked;
    } catch (error) {
      if (error instanceof Abandoned) this.#abandoned.push(running.describe(Math.round(performance.now() - running.startedAt)));
      return { error, ...settledBy(scope, isDecoded), interrupted: error instanceof Abandoned || (turn.isEnding && scope.signal.aborted) };
    } finally {
      clearTimeout(timer);
      turn.ended(scope);
      this.#inFlight.remove(running);
      this.#metrics((metrics, attributes) => metrics.inFlight.add(-1, attributes), place.topic);
    }
  }

  #begin(scope: AttemptScope, place: MessagePlace, key: Buffer | null): Running {
    const { attempt, traceId } = scope;
    const running: Running = {
      startedAt: performance.now(),
      describe: (age) => ({ ...place, key: key !== null && isUtf8(key) ? key.toString() : undefined, attempt, traceId, age }),
    };
    this.#inFlight.add(running);
    this.#metrics((metrics, attributes) => metrics.inFlight.add(1, attributes), place.topic);
    return running;
  }

  /** @param time milliseconds since the epoch */
  #recordSince({ place }: Arrival, what: 'queueTime' | 'retryWait' | 'originToDone', time: number): void {
    const seconds = (Date.now() - time) / 1_000;
    // Two clocks: the producer's may be ahead.
    if (seconds >= 0) this.#metrics((metrics, attributes) => metrics[what].record(seconds, attributes), place.topic);
  }

  #count(topic: string, { kind }: Next): void {
    this.#counts[kind]++;
    this.#metrics((metrics, attributes) => {
      metrics.attempts.add(1, { ...attributes, 'tracelink.delivery.outcome': kind });
      if (kind === 'dead_lettered') metrics.deadLetters.add(1, attributes);
    }, topic);
  }

  #metrics(
    record: (metrics: ReturnType<typeof deliveryMetrics>, attributes: ReturnType<ConsumerTracing['metricAttributes']>) => void,
    topic: string,
  ): void {
    const tracing = this.#tracing;
    contained(
      'recording metrics',
      () => record(deliveryMetrics(tracing.options.meterProvider), tracing.metricAttributes(Operation.process, topic)),
      tracing,
    );
  }
}

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
