import { context as contextApi, type Context } from '@opentelemetry/api';
import type { ConsumerTracing } from './consumer-telemetry.ts';
import { fault } from '../core/guard.ts';
import { watchCall, type Outcome, type Watched } from '../core/outcome.ts';
import { errorType } from '../core/error-type.ts';
import { startProcessSpan, type Processing, type Received } from './process-span.ts';
import { Operation } from '../telemetry/semconv.ts';
import { timed } from '../telemetry/traced-operation.ts';

/**
 * Runs `handle` in the message's own context, span, clock and status. If our code fails, `handle` runs without them, and is measured all the same.
 *
 * @param batch the context of the batch's span inside `eachBatch`
 * @param argument of `handle`, which is one function for all messages where it can be
 */
export function processMessage<A, T>(
  tracing: ConsumerTracing,
  received: Received,
  batch: Context | undefined,
  handle: (argument: A) => T,
  argument: A,
): T {
  const processing = openProcessing(tracing, received, batch);
  if (processing === undefined) return measured(tracing, received.topic, handle, argument);
  const handling = new Handling(tracing, processing, handle, argument);
  return contextApi.with(processing.context, watchCall<T>, undefined, handling);
}

/** Apart, as what a function holds on to is kept for it at each call. */
function measured<A, T>(tracing: ConsumerTracing, topic: string, handle: (argument: A) => T, argument: A): T {
  return measureProcessing(tracing, topic, () => handle(argument));
}

/** `runInSpan` of a message, which keeps less for each. */
class Handling<A, T> implements Watched<T> {
  readonly #tracing: ConsumerTracing;
  readonly #processing: Processing;
  readonly #handle: (argument: A) => T;
  readonly #argument: A;
  #startedAt: number | undefined;

  constructor(tracing: ConsumerTracing, processing: Processing, handle: (argument: A) => T, argument: A) {
    this.#tracing = tracing;
    this.#processing = processing;
    this.#handle = handle;
    this.#argument = argument;
  }

  run(): T {
    if (this.#tracing.isMeasured) this.#startedAt = performance.now();
    const handle = this.#handle;
    return handle(this.#argument);
  }

  ended(outcome: Outcome<T>): void {
    const tracing = this.#tracing;
    const { received, span, attempt } = this.#processing;
    const { topic, partition, message } = received;
    if (outcome.failed) tracing.messageAttempts.failed(topic, partition, message.offset, attempt, span.spanContext());
    else tracing.messageAttempts.succeeded(topic, partition);
    endProcessing(tracing, this.#processing, this.#startedAt, outcome.failed ? outcome : undefined);
  }
}

/** Runs `handle` without a span, in the active context, for metrics only. */
export function measureProcessing<T>(tracing: ConsumerTracing, topic: string, handle: () => T): T {
  if (!tracing.isMeasured) return handle();
  return timed(tracing, handle, (outcome, seconds) =>
    recordProcessed(tracing, topic, contextApi.active(), seconds, outcome.failed ? outcome : undefined),
  );
}

/** Starts the span of a message. `undefined` when that failed. */
export function openProcessing(tracing: ConsumerTracing, received: Received, batch: Context | undefined): Processing | undefined {
  try {
    return startProcessSpan(tracing, received, batch);
  } catch (error) {
    fault('starting a process span', error, tracing);
    return undefined;
  }
}

/**
 * Records how long a message took and whether it failed, and ends its span.
 *
 * @param startedAt a value of `performance.now()`; `undefined` where there was no meter then
 */
export function endProcessing(
  tracing: ConsumerTracing,
  { received: { topic, message }, span, context }: Processing,
  startedAt: number | undefined,
  failure: { readonly error: unknown } | undefined,
): void {
  if (startedAt !== undefined && tracing.isMeasured)
    recordProcessed(tracing, topic, context, (performance.now() - startedAt) / 1_000, failure);
  tracing.end(span, topic, [message], failure, tracing.options.onProcess);
}

/** The same for a message without a span: metrics need no tracer provider. */
export function recordUntraced(
  tracing: ConsumerTracing,
  topic: string,
  startedAt: number,
  failure: { readonly error: unknown } | undefined,
): void {
  if (tracing.isMeasured) recordProcessed(tracing, topic, contextApi.active(), (performance.now() - startedAt) / 1_000, failure);
}

/**
 * Records how long a handler took; exemplars find its span in `context`.
 *
 * @param seconds `undefined` without a meter
 */
export function recordProcessed(
  tracing: ConsumerTracing,
  topic: string,
  context: Context,
  seconds: number | undefined,
  failure: { readonly error: unknown } | undefined,
): void {
  if (seconds === undefined) return;
  try {
    const attributes = tracing.metricAttributes(Operation.process, topic, failure && errorType(failure.error));
    tracing.instruments.processDuration.record(seconds, attributes, context);
  } catch (error) {
    fault('recording metrics', error, tracing);
  }
}

/** Counts messages once per delivery; the per-message spans inside a batch do not count them again. */
export function countConsumed(tracing: ConsumerTracing, topic: string, count: number): void {
  if (!tracing.isMeasured) return;
  try {
    tracing.instruments.consumedMessages.add(count, tracing.metricAttributes(Operation.process, topic));
  } catch (error) {
    fault('recording metrics', error, tracing);
  }
}
