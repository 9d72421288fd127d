import { trace, type MeterProvider } from '@opentelemetry/api';
import { contained } from '../core/guard.ts';
import { KafkaTracingError } from '../core/kafka-tracing-error.ts';
import { isThenable } from '../core/outcome.ts';
import { aFunction, checkOptions, hasMethods } from '../core/option-rules.ts';
import { Attr } from '../telemetry/semconv.ts';
import type { MessageHandler, MessageScope, SubscribedMessage } from '../subscribe/attempt/message-scope.ts';
import { messagePosition } from './idempotency-key.ts';
import type { OnceOnlyStore } from './idempotency-store.ts';
import { repeatedMessages } from './duplicate-messages.ts';

/** Options of `onceOnly`. */
export interface OnceOnlyOptions {
  /**
   * What makes two deliveries the same message. A text that is not empty; a message without one is not handled, it fails as a
   * mistake of the program does.
   *
   * @default topic, partition, offset and timestamp: finds what Kafka delivers twice, not what a producer sent twice; not to be used where
   *   a mirrored cluster may take over, as it has other messages in the same places. A warning through `diag` says so, once a topic
   */
  readonly id?: (message: SubscribedMessage<unknown>) => string;
  /** Where repeated messages are counted. @default the global meter provider */
  readonly meterProvider?: MeterProvider;
}

/**
 * A handler that gets each message once. Beside message and scope it gets what the store writes the effect with.
 *
 * @typeParam T of the store; a client of the user's own pool where that is `postgresStore`
 */
export type OnceOnlyHandler<V, T> = (message: SubscribedMessage<V>, scope: MessageScope, transaction: T) => unknown;

/**
 * Makes handlers of `subscribe` that do nothing for a message that is done: `handler: onceOnly(store)(handler)`.
 *
 * A message is done when the handler has resolved and the store has said so; one whose handler failed is not, and is handled
 * again. Of two deliveries at the same time one waits for the other. A repeated message counts as handled; its span has
 * `tracelink.delivery.repeated`, and it is counted in the metric of that name.
 *
 * @throws {KafkaTracingError} `invalid_option`, `unknown_option`
 */
export function onceOnly<T>(
  store: OnceOnlyStore<T>,
  options: OnceOnlyOptions = {},
): <V = Buffer | null>(handler: OnceOnlyHandler<V, T>) => MessageHandler<V> {
  if (!hasMethods(store, 'run'))
    throw new KafkaTracingError('invalid_option', 'onceOnly takes a store: what memoryStore() or postgresStore() returns.');
  checkOptions('onceOnly', options, {
    id: aFunction,
    meterProvider: { must: 'a MeterProvider', accepts: (value) => hasMethods(value, 'getMeter') },
  });
  const { id: idOf = messagePosition, meterProvider } = options;
  return (handler) => async (message, scope) => {
    const id = checkedId(idOf(message), message);
    const ran = await store.run(id, async (transaction) => void (await handler(message, scope, transaction)), scope.signal);
    if (ran) return;
    contained('recording a repeated message', () => {
      trace.getActiveSpan()?.setAttribute(Attr.DELIVERY_REPEATED, true);
      repeatedMessages(meterProvider).add(1, { [Attr.DESTINATION_NAME]: message.topic });
    });
  };
}

function checkedId(id: unknown, { topic, partition, offset }: SubscribedMessage<unknown>): string {
  if (typeof id === 'string' && id !== '') return id;
  // An id that is a promise is a mistake, but its rejection must not end the process.
  if (isThenable(id)) id.then(undefined, () => {});
  const gave = typeof id === 'string' ? 'an empty text' : `a value of type ${typeof id}`;
  throw new KafkaTracingError('no_message_id', `The id option of onceOnly gave ${gave} for ${topic}/${partition}/${offset}.`);
}
