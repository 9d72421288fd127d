import { deliveries } from './delivery.ts';
import type { EachMessagePayloadLike, RunConfigLike } from './kafka-client.ts';
import type { ConsumerOptions } from './options.ts';
import { countConsumed, processMessage } from './process-message.ts';
import type { KafkaTracing } from './tracing.ts';
import { contained } from './contain.ts';

type EachMessage = NonNullable<RunConfigLike['eachMessage']>;

/** An `eachMessage` that runs the caller's in its message's context. What it returns is what the caller's returns (B2). */
export function tracedEachMessage(tracing: KafkaTracing<ConsumerOptions>, eachMessage: EachMessage): EachMessage {
  return (payload: EachMessagePayloadLike) => {
    const { topic, partition, message } = payload;
    const extraction = contained('reading headers', () => tracing.propagation.extract(message.headers, topic));
    if (extraction === undefined) return eachMessage(payload);
    deliveries.set(message, { extraction, tracing, batch: undefined });
    countConsumed(tracing, topic, 1);
    return processMessage(tracing, { topic, partition, message, extraction }, undefined, () => eachMessage(payload));
  };
}
