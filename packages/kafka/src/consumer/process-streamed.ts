import { channels, type ProcessMessage } from '../channels/channels.ts';
import { published } from '../channels/publish.ts';
import type { StreamedRecord } from '../client/port/consumer-adapter.ts';
import { guard } from '../core/guard.ts';
import { inOwnAsyncContext } from '../core/outcome.ts';
import type { ConsumerTracing } from './consumer-telemetry.ts';
import { rememberDelivery, type DeliverySource } from './delivered-message.ts';
import { countConsumed, measureProcessing, processMessage } from './process-message.ts';
import type { Received } from './process-span.ts';

/** Runs `handle` in the span of one message of a stream; without a tracer provider for metrics only, and its headers are not read. */
export function processStreamed<T>(tracing: ConsumerTracing, record: StreamedRecord, handle: () => T): T {
  const told = (): ProcessMessage => tracing.processMessage(record, [record.message]);
  const run = (): T => inOwnAsyncContext(() => published(channels.process, told, handle));
  const received = receiveStreamed(tracing, record);
  return received === undefined ? measureProcessing(tracing, record.topic, run) : processMessage(tracing, received, undefined, run);
}

/** Counts a message of a stream and reads its headers. @returns `undefined` when there is no tracer provider, or reading them failed */
export function receiveStreamed(tracing: ConsumerTracing, { topic, partition, message, original }: StreamedRecord): Received | undefined {
  countConsumed(tracing, topic, 1);
  const source: DeliverySource = { tracing, topic, batch: undefined };
  const read = (): Received | undefined => {
    const extraction = tracing.isTraced ? tracing.propagation.extract(message.headers, topic) : undefined;
    rememberDelivery(original, extraction, source);
    return extraction && { topic, partition, message, extraction };
  };
  return guard('reading headers', read, tracing);
}
