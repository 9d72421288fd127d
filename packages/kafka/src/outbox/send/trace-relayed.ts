import { type Histogram, ROOT_CONTEXT, SpanKind, trace, type Attributes, type Link, type SpanContext } from '@opentelemetry/api';
import { Metric } from '../../telemetry/metric.ts';
import { perProvider, type ForProvider } from '../../telemetry/instruments.ts';
import { guard } from '../../core/guard.ts';
import { errorType } from '../../core/error-type.ts';
import { setMessageAttributes, setOffset } from '../../telemetry/message-attributes.ts';
import type { ProducerOptions } from '../../telemetry/options.ts';
import { Attr, Operation, spanName, topicAndGroup } from '../../telemetry/semconv.ts';
import { SpanContextMap } from '../../telemetry/span-context-map.ts';
import type { RecordMetadataLike } from '../../client/kafka-client.ts';
import type { KafkaTracing } from '../../telemetry/client-telemetry.ts';
import type { OutboxRow } from '../table/outbox-table.ts';

/** Seconds from `add` to the broker's answer. */
const outboxWait: ForProvider<Histogram> = perProvider((meter) => meter.createHistogram(Metric.outboxWait.name, Metric.outboxWait));

/** A completed request to the broker. */
export interface Relayed {
  readonly topic: string;
  readonly partition: number;
  readonly rows: readonly OutboxRow[];
  /** When it started, milliseconds since the epoch, and its duration in milliseconds. */
  readonly started: number;
  readonly duration: number;
}

/**
 * Writes the `send` spans of acknowledged messages: one for each, a child of its creation context and linked to it, so that
 * every message's send is in the message's own trace, although one request sends those of many traces. They are
 * made when the request has ended: they have no children.
 *
 * @param answer the broker's, for the partition
 */
export function traceSent(tracing: KafkaTracing<ProducerOptions>, sent: Relayed, answer: RecordMetadataLike): void {
  guard('recording what was sent', () => record(tracing, sent, undefined), tracing);
  for (const [index, row] of sent.rows.entries())
    guard(
      'writing a send span',
      () => {
        writeSpan(tracing, sent, [row], { offset: offsetOf(answer, index), failed: false, error: undefined });
      },
      tracing,
    );
}

/** The offset of a message of a request, decimal. */
function offsetOf({ baseOffset, offsets }: RecordMetadataLike, index: number): string | undefined {
  if (offsets !== undefined) return offsets[index];
  const first = Number(baseOffset);
  return Number.isSafeInteger(first) ? String(first + index) : undefined;
}

/** Writes the span of a request that failed: one, with links to all its messages. They will be sent again. */
export function traceFailed(tracing: KafkaTracing<ProducerOptions>, failed: Relayed, error: unknown): void {
  guard('recording what was not sent', () => record(tracing, failed, errorType(error)), tracing);
  guard('writing a send span', () => writeSpan(tracing, failed, failed.rows, { offset: undefined, failed: true, error }), tracing);
}

/** How a request ended; the offset is that of its one message. */
interface SendResult {
  readonly offset: string | undefined;
  readonly failed: boolean;
  readonly error: unknown;
}

function writeSpan(
  tracing: KafkaTracing<ProducerOptions>,
  { topic, partition, started }: Relayed,
  rows: readonly OutboxRow[],
  { offset, failed, error }: SendResult,
): void {
  const attributes = tracing.startAttributes(Operation.send, topic);
  attributes[Attr.PARTITION_ID] = String(partition);
  const [only] = rows;
  if (rows.length === 1 && only !== undefined) {
    setMessageAttributes(attributes, only, tracing);
    setOffset(attributes, offset, tracing.semconv);
  } else attributes[Attr.BATCH_MESSAGE_COUNT] = rows.length;
  const contexts = creationContexts(tracing, rows);
  const [creationContext] = contexts;
  // A request of several traces belongs to none of them.
  const parent = rows.length === 1 && creationContext !== undefined ? trace.setSpanContext(ROOT_CONTEXT, creationContext) : ROOT_CONTEXT;
  const links: Link[] = contexts.map((context) => ({ context }));
  const name = spanName(Operation.send, tracing.destination(topic));
  // CLIENT: the creation context is another span's (semantic conventions, span kind).
  const span = tracing.tracer.startSpan(name, { kind: SpanKind.CLIENT, attributes, links, startTime: started }, parent);
  tracing.end(span, topic, rows, failed ? { error } : undefined, tracing.options.onSend);
}

function creationContexts(tracing: KafkaTracing<ProducerOptions>, rows: readonly OutboxRow[]): readonly SpanContext[] {
  const known = new SpanContextMap<{ readonly context: SpanContext }>();
  const contexts: SpanContext[] = [];
  for (const { headers } of rows) {
    const context = tracing.propagation.creationContext(headers);
    if (context !== undefined && known.add({ context }) === undefined) contexts.push(context);
  }
  return contexts;
}

function record(tracing: KafkaTracing<ProducerOptions>, { topic, rows, duration }: Relayed, error: string | undefined): void {
  const attributes: Readonly<Attributes> = tracing.metricAttributes(Operation.send, topic, error);
  tracing.instruments.operationDuration.record(duration / 1_000, attributes);
  tracing.instruments.sentMessages.add(rows.length, attributes);
  if (error !== undefined) return;
  const now = performance.now();
  const ofTopic = topicAndGroup(attributes);
  for (const { addedAt } of rows) outboxWait(tracing.options.meterProvider).record((now - addedAt) / 1_000, ofTopic);
}
