import { context as contextApi, type Context } from '@opentelemetry/api';
import type { ConsumerTracing } from './consumer-tracing.ts';
import { contained } from './contain.ts';
import { errorType } from './error-type.ts';
import { watch, type Outcome } from './outcome.ts';
import { startProcessSpan, type Received } from './process-span.ts';
import { Operation } from './semconv.ts';

/**
 * Runs `handle` in the message's own context, span, clock and status. A fault of ours runs it without them.
 *
 * @param batch the context of the batch's span inside `eachBatch`
 */
export function processMessage<T>(tracing: ConsumerTracing, received: Received, batch: Context | undefined, handle: () => T): T {
  const processing = contained('starting a process span', () => startProcessSpan(tracing, received, batch), tracing);
  if (processing === undefined) return handle();
  const { span, context, attempt } = processing;
  const { topic, partition, message } = received;
  return contextApi.with(context, () =>
    watchProcessing(tracing, topic, handle, (outcome) => {
      if (received.attempt === undefined) {
        if (outcome.failed) tracing.messageAttempts.failed(topic, partition, message.offset, attempt);
        else tracing.messageAttempts.succeeded(topic, partition);
      }
      const error = outcome.failed ? outcome.error : undefined;
      tracing.end(span, { topic, messages: [message], error, failed: outcome.failed }, tracing.options.onProcess);
    }),
  );
}

/** Runs a handler and records how long it took. Called in the context of the handler's span, where exemplars find it. */
export function watchProcessing<T>(tracing: ConsumerTracing, topic: string, handle: () => T, ended: (outcome: Outcome<T>) => void): T {
  const started = performance.now();
  return watch(handle, (outcome) => {
    const seconds = (performance.now() - started) / 1000;
    const error = outcome.failed ? errorType(outcome.error) : undefined;
    contained(
      'recording metrics',
      () => tracing.instruments.processDuration.record(seconds, tracing.metricAttributes(Operation.process, topic, error)),
      tracing,
    );
    ended(outcome);
  });
}

/** Counts messages once a delivery; the per-message spans inside a batch do not count them again. */
export function countConsumed(tracing: ConsumerTracing, topic: string, count: number): void {
  contained(
    'recording metrics',
    () => tracing.instruments.consumedMessages.add(count, tracing.metricAttributes(Operation.process, topic)),
    tracing,
  );
}
