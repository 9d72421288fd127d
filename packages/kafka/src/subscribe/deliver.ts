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
import type { AfterFailure, FailedDelivery, Next } from './after-failure.ts';
import { Attempt } from './attempt.ts';
import type { AttemptMemory } from './attempt-memory.ts';
import { failedAttempt } from './delivery-headers.ts';
import { DeliveryRecorder } from './delivery-recorder.ts';
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

  /**
   * Tries until the message is handled or given up. Never rejects.
   *
   * @param left told how it ended, before the promise resolves
   */
  async deliver<A extends Arrival>(arrival: A, left: (arrival: A, ending: Ending) => void): Promise<void> {
    const { place, message, memory, turn } = arrival;
    const tracing = this.#tracing;
    const extraction = contained('reading headers', () => tracing.propagation.extract(message.headers, place.topic), tracing);
    countConsumed(tracing, place.topic, 1);
    const recorder = DeliveryRecorder.of(tracing, place.topic);
    const { headers } = message;
    if (headers !== undefined) memory.previous ??= contained('reading headers', () => failedAttempt(headers));
    let delay: number | undefined;
    for (;;) {
      memory.attempts++;
      const attempt = this.#begin(arrival, extraction);
      recorder?.begun(memory, delay, attempt.context);
      memory.putOffAt = undefined;
      let failure: Failed | undefined;
      try {
        const handling = contextApi.with(attempt.context, () => this.#run(attempt, extraction));
        if (handling !== undefined) await handling;
        if (attempt.scope.asked !== undefined) failure = { error: attempt.scope.asked };
      } catch (error) {
        failure = { error };
      }
      turn.ended(attempt);
      recorder?.inFlight(-1);
      const next = failure === undefined ? handled : await this.#failed(attempt, failure);
      if (attempt.processing !== undefined) endProcessing(tracing, attempt.processing, attempt.startedAt, failure);
      this.#counts[next.kind]++;
      recorder?.ended(next);
      if (next.kind === 'handled') recorder?.since('originToDone', extraction?.since ?? memory.timestamp, attempt.context);
      if (next.kind !== 'retry') return left(arrival, next);
      ({ delay } = next);
      if (!(await waited(delay, turn.ending))) {
        this.#counts.interrupted++;
        return left(arrival, interrupted);
      }
    }
  }

  #begin(arrival: Arrival, extraction: Extraction | undefined): Attempt {
    const { place, message, memory, turn } = arrival;
    const { topic, partition } = place;
    const count = { number: memory.attempts, previous: memory.previous };
    const received = extraction && { topic, partition, message, extraction, attempt: count };
    const processing = received && openProcessing(this.#tracing, received, undefined);
    const scope = new AttemptScope(memory, undefined, turn.heartbeat, this.#settings.retryTiers?.longest);
    // Where telemetry has failed, what is active: the handler runs all the same.
    const attempt = new Attempt(arrival, scope, processing, setSignal(processing?.context ?? contextApi.active(), scope));
    turn.began(attempt);
    return attempt;
  }

  /** Decodes the value and calls the handler; in the context of the attempt. @returns what is to be awaited */
  #run(attempt: Attempt, extraction: Extraction | undefined): Promise<void> | undefined {
    const { codec } = this.#settings;
    const { arrival, scope } = attempt;
    scope.traceId = trace.getActiveSpan()?.spanContext().traceId;
    if (codec === undefined) return this.#hand(attempt, extraction, arrival.message.value as V);
    const decoded = codec.decode(arrival.message.value);
    return isThenable(decoded) ? this.#handDecoded(attempt, extraction, decoded) : this.#hand(attempt, extraction, decoded as V);
  }

  async #handDecoded(attempt: Attempt, extraction: Extraction | undefined, decoding: PromiseLike<V>): Promise<void> {
    const value = await attempt.arrival.turn.orAbandoned(attempt, decoding);
    await this.#hand(attempt, extraction, value);
  }

  #hand(attempt: Attempt, extraction: Extraction | undefined, value: V): Promise<void> | undefined {
    const { arrival, scope } = attempt;
    attempt.isDecoded = true;
    const message = handedMessage(arrival.memory, arrival.message, value);
    if (extraction !== undefined) rememberDelivery(message, extraction, this.#source);
    const handling: unknown = this.#settings.handler(message, scope);
    return isThenable(handling) ? arrival.turn.orAbandoned(attempt, handling as PromiseLike<void>) : undefined;
  }

  /** Decides what becomes of the message, in the context of the attempt: what is written goes on with its trace. */
  async #failed(attempt: Attempt, { error }: Failed): Promise<Next> {
    const { arrival, scope, isDecoded } = attempt;
    const isAbandoned = error instanceof Abandoned;
    if (isAbandoned) this.#abandoned.push(attempt.describe(performance.now()));
    return contextApi.with(attempt.context, async () => {
      arrival.memory.previous = trace.getActiveSpan()?.spanContext();
      if (isAbandoned || (arrival.turn.isEnding && scope.isAborted)) return interrupted;
      return this.#afterFailure.decide({ ...arrival, error, ...settledBy(scope, isDecoded) });
    });
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
