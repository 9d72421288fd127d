import { context as contextApi, type Context } from '@opentelemetry/api';
import type { ConsumerTracing } from './consumer-telemetry.ts';
import { fault } from '../core/guard.ts';
import { watch } from '../core/outcome.ts';
import { errorType } from '../core/error-type.ts';
import { startProcessSpan, type Processing, type Received } from './process-span.ts';
import { Operation } from '../telemetry/semconv.ts';
import { timed } from '../telemetry/traced-operation.ts';

/**
 * Runs `handle` in the message's own context, span, clock and status. If our code fails, `handle` runs without them.
 *
 * @param batch the context of the batch's span inside `eachBatch`
 */
export function processMessage<T>(tracing: ConsumerTracing, received: Received, batch: Context | undefined, handle: () => T): T {
  const processing = openProcessing(tracing, received, batch);
  return processing === undefined ? handle() : runProcessing(tracing, processing, handle);
}

/** `runInSpan` of a message, which keeps less for each. */
function runProcessing<T>(tracing: ConsumerTracing, processing: Processing, handle: () => T): T {
  return contextApi.with(processing.context, () => {
    const startedAt = tracing.isMeasured ? performance.now() : undefined;
    return watch(handle, (outcome) => {
      const { received, span, attempt } = processing;
      const { topic, partition, message } = received;
      if (outcome.failed) tracing.messageAttempts.failed(topic, partition, message.offset, attempt, span.spanContext());
      else tracing.messageAttempts.succeeded(topic, partition);
      endProcessing(tracing, processing, startedAt, outcome.failed ? outcome : undefined);
    });
  });
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
