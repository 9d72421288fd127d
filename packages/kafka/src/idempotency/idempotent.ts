import { type Counter, trace, type MeterProvider } from '@opentelemetry/api';
import { Metric } from '../telemetry/metric.ts';
import { perProvider, type ForProvider } from '../telemetry/instruments.ts';
import { guard } from '../core/guard.ts';
import { KafkaTracingError } from '../core/kafka-tracing-error.ts';
import { aFunction, aMeterProvider, checkOptions, hasMethods } from '../core/option-rules.ts';
import { Attr } from '../telemetry/semconv.ts';
import type { MessageHandler, MessageScope, SubscribedMessage } from '../subscribe/attempt/message-scope.ts';
import { checkedKey, messagePosition } from './idempotency-key.ts';

/**
 * Records which messages are completed.
 *
 * @typeParam T what the effect of a message must be written with, so that the effect exists if and only if the message is recorded as
 *   completed; `undefined` for a store without transactions
 */
export interface IdempotencyStore<T = undefined> {
  /**
   * Runs `effect`, unless a message with this id is completed. The message is completed when `effect` resolves, and not when it rejects.
   * While another `effect` of the same id runs, it waits for its end.
   *
   * @param id the idempotency key
   * @param signal aborts the wait; `effect` then does not start
   * @returns whether `effect` ran
   * @throws what `effect` rejected with, the same object; the signal's reason; the store's own error, after which the message may be
   *   completed or not
   */
  run(id: string, effect: (transaction: T) => Promise<void>, signal: AbortSignal): Promise<boolean>;
}

/** Counts messages that were completed before. */
const duplicateMessages: ForProvider<Counter> = perProvider((meter) => meter.createCounter(Metric.duplicates.name, Metric.duplicates));

/** Options of `idempotent`. */
export interface IdempotentOptions {
  /**
   * Returns the idempotency key: two messages with the same key are the same message. It must be a text that is not empty. Otherwise the
   * attempt fails with `missing_idempotency_key`, which sends the message to the dead-letter topic.
   *
   * @default topic, partition, offset and timestamp: detects what Kafka delivers twice, not what a producer sends twice. Do not use it if a
   *   mirrored cluster may take over, which has other messages in these places; a warning through `diag` says so, once per topic
   */
  readonly key?: (message: SubscribedMessage<unknown>) => string;
  /** Makes the metric `tracelink.delivery.duplicates`. @default the global meter provider */
  readonly meterProvider?: MeterProvider;
}

/**
 * A handler that gets each message once. Its third argument is what the effect must be written with.
 *
 * @typeParam V the value of the message
 * @typeParam T the store's: with `postgresStore` a client of the caller's pool, with an open transaction
 */
export type IdempotentHandler<V, T> = (message: SubscribedMessage<V>, scope: MessageScope, transaction: T) => unknown;

/**
 * Makes an idempotent receiver of a handler: `handler: idempotent(store)(handler)` skips completed messages.
 *
 * A message is completed when its handler has resolved and the store has recorded it. A message whose handler failed is handled again, and
 * so is one whose handler has called `retryLater` or `deadLetter`, also when it caught what they throw. Of two deliveries at the same time
 * the second waits for the first. A duplicate counts as handled; its span has `tracelink.delivery.duplicate`, and the metric
 * `tracelink.delivery.duplicates` counts it.
 *
 * The handler that is returned rejects with what the handler or the store throws, and with a {@link KafkaTracingError}
 * `missing_idempotency_key` where `key` returns no text.
 *
 * @returns a function that takes a handler and returns one for `subscribe`
 * @throws {KafkaTracingError} `invalid_option`, `unknown_option`
 */
export function idempotent<T>(
  store: IdempotencyStore<T>,
  options: IdempotentOptions = {},
): <V = Buffer | null>(handler: IdempotentHandler<V, T>) => MessageHandler<V> {
  if (!hasMethods(store, 'run'))
    throw new KafkaTracingError('invalid_option', 'idempotent takes a store: what memoryStore() or postgresStore() returns.');
  checkOptions('idempotent', options, {
    key: aFunction,
    meterProvider: aMeterProvider,
  });
  const { key: keyOf = messagePosition, meterProvider } = options;
  return (handler) => async (message, scope) => {
    const key = checkedKey(keyOf(message), message);
    const effect = async (transaction: T): Promise<void> => {
      await handler(message, scope, transaction);
      // The handler caught it. The message comes again, and must not be skipped then.
      if (scope.asked !== undefined) throw scope.asked;
    };
    const ran = await store.run(key, effect, scope.signal);
    if (ran) return;
    guard('recording a duplicate', () => {
      trace.getActiveSpan()?.setAttribute(Attr.DELIVERY_DUPLICATE, true);
      duplicateMessages(meterProvider).add(1, { [Attr.DESTINATION_NAME]: message.topic });
    });
  };
}
