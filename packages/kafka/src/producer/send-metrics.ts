import type { TopicMessagesLike } from '../client/kafka-client.ts';
import { Operation } from '../telemetry/semconv.ts';
import type { KafkaTracing } from '../telemetry/client-telemetry.ts';
import { UNACKNOWLEDGED } from './unacknowledged.ts';

/** How a send went, as its metrics say it. */
export interface SendOutcome {
  readonly seconds: number;
  /** The `error.type` of a send that failed as a whole. */
  readonly error: string | undefined;
  /** Messages that no broker acknowledged, by index in the entries; `undefined` for none. */
  readonly lost: readonly number[] | undefined;
}

/** Records the duration of a send and its messages. */
export function recordSend(
  tracing: KafkaTracing,
  entries: readonly TopicMessagesLike[],
  topic: string | undefined,
  { seconds, error, lost }: SendOutcome,
): void {
  if (!tracing.isMeasured) return;
  const { operationDuration, sentMessages } = tracing.instruments;
  operationDuration.record(seconds, tracing.metricAttributes(Operation.send, topic, error ?? (lost && UNACKNOWLEDGED)));
  entries.forEach((entry, index) => {
    const lostHere = lost?.[index] ?? 0;
    const sent = entry.messages.length - lostHere;
    if (sent > 0) sentMessages.add(sent, tracing.metricAttributes(Operation.send, entry.topic, error));
    if (lostHere > 0) sentMessages.add(lostHere, tracing.metricAttributes(Operation.send, entry.topic, UNACKNOWLEDGED));
  });
}

/** The one topic of a send; `undefined` when there are several. */
export function onlyTopic(entries: readonly TopicMessagesLike[]): string | undefined {
  const [first] = entries;
  return entries.every((entry) => entry.topic === first?.topic) ? first?.topic : undefined;
}
