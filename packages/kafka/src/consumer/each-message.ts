import { channels } from '../channels/channels.ts';
import { publishing } from '../channels/publish.ts';
import { checkedForAwaiting } from './awaited-handlers.ts';
import type { ConsumerTracing } from './consumer-telemetry.ts';
import { guard } from '../core/guard.ts';
import { inOwnAsyncContext } from '../core/own-async-context.ts';
import { rememberDelivery, type DeliverySource } from './delivered-message.ts';
import type { EachMessagePayloadLike, RunConfigLike } from '../client/kafka-client.ts';
import { countConsumed, measureProcessing, processMessage } from './process-message.ts';
import type { Received } from './process-span.ts';

type EachMessage = NonNullable<RunConfigLike['eachMessage']>;

/** An `eachMessage` that runs the caller's in its message's context, and returns what the caller's returns (B2). */
export function tracedEachMessage(tracing: ConsumerTracing, eachMessage: EachMessage): EachMessage {
  const source: DeliverySource = { tracing, batch: undefined };
  const run = publishing(channels.process, (payload) => tracing.processMessage(payload, [payload.message]), eachMessage);
  const handle = checkedForAwaiting((payload) => inOwnAsyncContext(() => run(payload)));
  return (payload: EachMessagePayloadLike) => {
    if (!tracing.isTraced) return measuredMessage(tracing, payload, handle);
    const received = guard('reading headers', () => receive(source, payload), tracing);
    if (received === undefined) return handle(payload);
    return processMessage(tracing, received, undefined, () => handle(payload));
  };
}

/** A message for which only metrics are recorded: its headers are not read, the active context stays. */
function measuredMessage(tracing: ConsumerTracing, payload: EachMessagePayloadLike, eachMessage: EachMessage): Promise<void> {
  const { topic, message } = payload;
  guard('remembering a message', () => rememberDelivery(message, undefined, { tracing, topic, batch: undefined }), tracing);
  countConsumed(tracing, topic, 1);
  return measureProcessing(tracing, topic, () => eachMessage(payload));
}

function receive(source: DeliverySource, { topic, partition, message }: EachMessagePayloadLike): Received {
  const { tracing } = source;
  const extraction = tracing.propagation.extract(message.headers, topic);
  rememberDelivery(message, extraction, source);
  countConsumed(tracing, topic, 1);
  return { topic, partition, message, extraction };
}
