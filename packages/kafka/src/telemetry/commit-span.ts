import { context as contextApi, SpanKind, trace, type Attributes, type Span } from '@opentelemetry/api';
import { channels } from '../channels/channels.ts';
import { published } from '../channels/publish.ts';
import { guard } from '../core/guard.ts';
import { errorType } from '../core/error-type.ts';
import type { OffsetsByTopic, PartitionOffset } from '../client/kafka-client.ts';
import { setOffset } from './message-attributes.ts';
import { Attr, Operation, spanName } from './semconv.ts';
import type { KafkaTracing } from './client-telemetry.ts';
import { runInSpan, timed, type Ended } from './traced-operation.ts';

/** The offsets of a commit, and the group when the client does not know it itself. */
export interface Settled {
  readonly offsets: readonly PartitionOffset[];
  readonly groupId?: string | undefined;
}

/**
 * Runs a commit that the application asked for inside a `commit` span, child of the active span: normally the one
 * that processes the messages. `kafka.offset` is the committed offset, which in Kafka is the next one to read.
 *
 * @param settled reads the committed offsets; called when malformed offsets can do no harm
 */
export function tracedCommit<T>(tracing: KafkaTracing, settled: () => Settled, commit: () => Promise<T>): Promise<T> {
  const message = () => ({ groupId: tracing.identity.groupId, ...settled() });
  const run = (): Promise<T> => published(channels.commit, message, commit);
  return tracedOperation(tracing, Operation.commit, () => commitAttributes(tracing, settled()), run);
}

/**
 * Runs the end of a transaction inside a span of its own. There is no span for the transaction as a whole: one
 * that is neither committed nor aborted would never end (B12).
 */
export function tracedTransactionEnd(tracing: KafkaTracing, operation: Operation, end: () => Promise<void>): Promise<void> {
  return tracedOperation(tracing, operation, () => tracing.startAttributes(operation, undefined), end);
}

function commitAttributes(tracing: KafkaTracing, { offsets, groupId }: Settled): Attributes {
  const [first] = offsets;
  const attributes = tracing.startAttributes(
    Operation.commit,
    offsets.every(({ topic }) => topic === first?.topic) ? first?.topic : undefined,
  );
  if (groupId !== undefined) attributes[Attr.CONSUMER_GROUP] = groupId;
  if (first !== undefined && offsets.length === 1) {
    attributes[Attr.PARTITION_ID] = String(first.partition);
    setOffset(attributes, first.offset, tracing.semconv);
  }
  return attributes;
}

function tracedOperation<T>(
  tracing: KafkaTracing,
  operation: Operation,
  startAttributes: () => Attributes,
  run: () => Promise<T>,
): Promise<T> {
  if (!tracing.isTraced && !tracing.isMeasured) return run();
  let topic: string | undefined;
  let group: Attributes[string];
  const span: Span | undefined = guard(
    'starting a span',
    () => {
      const attributes = startAttributes();
      topic = attributes[Attr.DESTINATION_NAME] as string | undefined;
      group = attributes[Attr.CONSUMER_GROUP];
      return tracing.tracer.startSpan(spanName(operation, tracing.destination(topic)), { kind: SpanKind.CLIENT, attributes });
    },
    tracing,
  );
  const ended: Ended<Promise<T>> = (outcome, seconds) => {
    if (seconds === undefined) return;
    const record = (): void => {
      const attributes = { ...tracing.metricAttributes(operation, topic, outcome.failed ? errorType(outcome.error) : undefined) };
      if (group !== undefined) attributes[Attr.CONSUMER_GROUP] = group;
      tracing.instruments.operationDuration.record(seconds, attributes);
    };
    guard('recording metrics', record, tracing);
  };
  if (span === undefined) return timed(tracing, run, ended);
  const context = trace.setSpan(contextApi.active(), span);
  return runInSpan(tracing, { span, context, topic, messages: [], hook: undefined }, run, ended);
}

/** The offsets of kafkajs' nested form in one list. */
export function flatOffsets({ topics }: OffsetsByTopic): readonly PartitionOffset[] {
  return topics.flatMap(({ topic, partitions }) => partitions.map(({ partition, offset }) => ({ topic, partition, offset })));
}
