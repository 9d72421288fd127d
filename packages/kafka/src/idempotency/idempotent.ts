import { type Counter, trace, type MeterProvider } from '@opentelemetry/api';
import { Metric } from '../telemetry/metric.ts';
import { perProvider, type ForProvider } from '../telemetry/instruments.ts';
import { contained } from '../core/guard.ts';
import { KafkaTracingError } from '../core/kafka-tracing-error.ts';
import { isThenable } from '../core/outcome.ts';
import { aFunction, checkOptions, hasMethods } from '../core/option-rules.ts';
import { Attr } from '../telemetry/semconv.ts';
import type { MessageHandler, MessageScope, SubscribedMessage } from '../subscribe/attempt/message-scope.ts';
import { messagePosition } from './idempotency-key.ts';

/**
 * Remembers which messages are done.
 *
 * @typeParam T what the effect of a message is to be written with, so that it is there if and only if the message is marked as
 *   done; `undefined` where the store has nothing of the kind
 */
export interface IdempotencyStore<T = undefined> {
  /**
   * Runs `effect`, unless a message with this id is done: then nothing runs. When it resolves the message is done; when it
   * rejects it is not. While another `effect` of the same id runs it waits for that one's end.
   *
   * @param signal aborted when it is not worth waiting any longer; `effect` is not begun then
   * @returns whether `effect` ran
   * @throws what `effect` rejected with, the same object; the signal's reason; what the store itself fails with, after which
   *   the message may be done or not
   */
  run(id: string, effect: (transaction: T) => Promise<void>, signal: AbortSignal): Promise<boolean>;
}

/** Counts messages that were done before. */
const duplicateMessages: ForProvider<Counter> = perProvider((meter) => meter.createCounter(Metric.duplicates.name, Metric.duplicates));

/** Options of `idempotent`. */
export interface IdempotentOptions {
  /**
   * What makes two deliveries the same message. A text that is not empty; a message without one is not handled, it fails as a
   * mistake of the program does.
   *
   * @default topic, partition, offset and timestamp: finds what Kafka delivers twice, not what a producer sent twice; not to be used where
   *   a mirrored cluster may take over, as it has other messages in the same places. A warning through `diag` says so, once a topic
   */
  readonly key?: (message: SubscribedMessage<unknown>) => string;
  /** Where duplicates are counted. @default the global meter provider */
  readonly meterProvider?: MeterProvider;
}

/**
 * A handler that gets each message once. Beside message and scope it gets what the store writes the effect with.
 *
 * @typeParam T of the store; a client of the user's own pool where that is `postgresStore`
 */
export type IdempotentHandler<V, T> = (message: SubscribedMessage<V>, scope: MessageScope, transaction: T) => unknown;

/**
 * Makes handlers of `subscribe` that do nothing for a message that is done: `handler: idempotent(store)(handler)`.
 *
 * A message is done when the handler has resolved and the store has said so; one whose handler failed is not, and is handled
 * again. Of two deliveries at the same time one waits for the other. A duplicate counts as handled; its span has
 * `tracelink.delivery.duplicate`, and the metric `tracelink.delivery.duplicates` counts it.
 *
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
    meterProvider: { must: 'a MeterProvider', accepts: (value) => hasMethods(value, 'getMeter') },
  });
  const { key: keyOf = messagePosition, meterProvider } = options;
  return (handler) => async (message, scope) => {
    const key = checkedKey(keyOf(message), message);
    const ran = await store.run(key, async (transaction) => void (await handler(message, scope, transaction)), scope.signal);
    if (ran) return;
    contained('recording a duplicate', () => {
      trace.getActiveSpan()?.setAttribute(Attr.DELIVERY_DUPLICATE, true);
      duplicateMessages(meterProvider).add(1, { [Attr.DESTINATION_NAME]: message.topic });
    });
  };
}

function checkedKey(key: unknown, { topic, partition, offset }: SubscribedMessage<unknown>): string {
  if (typeof key === 'string' && key !== '') return key;
  // A key that is a promise is a mistake, but its rejection must not end the process.
  if (isThenable(key)) key.then(undefined, () => {});
  const gave = typeof key === 'string' ? 'an empty text' : `a value of type ${typeof key}`;
  throw new KafkaTracingError('missing_idempotency_key', `The key option of idempotent gave ${gave} for ${topic}/${partition}/${offset}.`);
}
