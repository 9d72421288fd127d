import { channels } from '../channels/channels.ts';
import { published, publishing } from '../channels/publish.ts';
import type { ConsumerTracing } from './consumer-telemetry.ts';
import { fault, guard } from '../core/guard.ts';
import { eachInOwnAsyncContext, inOwnAsyncContext, watch } from '../core/outcome.ts';
import { rememberDelivery, type DeliverySource } from './delivered-message.ts';
import type { StreamedRecord } from '../client/port/consumer-adapter.ts';
import type { EachMessagePayloadLike, RunConfigLike } from '../client/kafka-client.ts';
import { countConsumed, measureProcessing, processMessage } from './process-message.ts';
import type { Received } from './process-span.ts';

type EachMessage = NonNullable<RunConfigLike['eachMessage']>;

/** An `eachMessage` that runs the caller's in its message's context, and returns what the caller's returns (B2). */
export function tracedEachMessage(tracing: ConsumerTracing, eachMessage: EachMessage): EachMessage {
  const source: DeliverySource = { tracing, batch: undefined };
  const run = publishing(channels.process, (payload) => tracing.processMessage(payload, [payload.message]), eachMessage);
  const handle = checkedForAwaiting(eachInOwnAsyncContext(run));
  return (payload: EachMessagePayloadLike) => {
    const received = tracing.isTraced ? receive(source, payload) : undefined;
    if (received === undefined) return measuredMessage(tracing, payload, handle);
    return processMessage(tracing, received, undefined, handle, payload);
  };
}

/** A message for which only metrics are recorded: its headers are not read, the active context stays. */
function measuredMessage(tracing: ConsumerTracing, payload: EachMessagePayloadLike, eachMessage: EachMessage): Promise<void> {
  const { topic, message } = payload;
  guard('remembering a message', () => rememberDelivery(message, undefined, { tracing, topic, batch: undefined }), tracing);
  countConsumed(tracing, topic, 1);
  return measureProcessing(tracing, topic, () => eachMessage(payload));
}

/** @returns `undefined` when that failed */
function receive(source: DeliverySource, payload: EachMessagePayloadLike): Received | undefined {
  const { tracing } = source;
  try {
    const { topic, partition, message } = payload;
    const extraction = tracing.propagation.extract(message.headers, topic);
    rememberDelivery(message, extraction, source);
    countConsumed(tracing, topic, 1);
    return { topic, partition, message, extraction };
  } catch (error) {
    fault('reading headers', error, tracing);
    return undefined;
  }
}

/** A layer that waits for no handler is there from the first message on, so later ones are not watched. */
const watchedHandlers = 1_000;

/**
 * Warns once when two handlers of one partition run at the same time. kafkajs awaits each handler, so something between it and us does
 * not: then a message whose handler fails is committed like any other, and no one handles its rejection.
 */
function checkedForAwaiting(eachMessage: EachMessage): EachMessage {
  const running = new Set<EachMessagePayloadLike>();
  let left = watchedHandlers;
  // Apart, as what a function holds on to is kept for it at each call.
  const watched: EachMessage = (payload) => {
    left--;
    if (running.size > 0 && hasOneOfPartition(running, payload)) {
      left = 0;
      warn(payload.topic);
    }
    running.add(payload);
    return watch(
      () => eachMessage(payload),
      () => void running.delete(payload),
    );
  };
  return (payload) => (left === 0 ? eachMessage(payload) : watched(payload));
}

function hasOneOfPartition(running: ReadonlySet<EachMessagePayloadLike>, { topic, partition }: EachMessagePayloadLike): boolean {
  for (const other of running) if (other.partition === partition && other.topic === topic) return true;
  return false;
}

function warn(topic: string): void {
  // Messages are at stake, so not through `diag`, which no one may listen to.
  process.emitWarning(
    `two handlers of one partition of the topic "${topic}" run at once: a layer between kafkajs and the handler does not wait for it, so ` +
      'messages whose handler fails are committed and not delivered again. The agent of New Relic does that with its flag ' +
      'kafkajs_instrumentation: switch that off, or use subscribe() of @tracelink/kafka/subscribe',
    { code: 'TRACELINK_HANDLER_NOT_AWAITED' },
  );
}

/** Runs `handle` in the span of one message of a stream; without a tracer provider for metrics only, and its headers are not read. */
export function processStreamed<T>(tracing: ConsumerTracing, record: StreamedRecord, handle: () => T): T {
  const { topic, partition, message } = record;
  const told = () => tracing.processMessage({ topic, partition }, [message]);
  const run = (): T => inOwnAsyncContext(() => published(channels.process, told, handle));
  const received = receiveStreamed(tracing, record);
  return received === undefined ? measureProcessing(tracing, topic, run) : processMessage(tracing, received, undefined, run, undefined);
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
