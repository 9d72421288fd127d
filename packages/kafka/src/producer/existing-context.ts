import { isSpanContextValid, type Context, type SpanContext } from '@opentelemetry/api';
import { incomingExtraction, untrustedHeaders } from '@tracelink/propagation';
import { batchContexts } from '../telemetry/batch-scope.ts';
import { guard } from '../core/guard.ts';
import type { MessageLike, TopicMessagesLike } from '../client/kafka-client.ts';
import type { ProducerOptions } from '../telemetry/options.ts';
import type { KafkaTracing } from '../telemetry/client-telemetry.ts';

/** The creation context that a message's headers carry before this package changes them. */
interface ExistingContext {
  readonly spanContext: SpanContext;
  /** Whether it remains the message's creation context. */
  readonly kept: boolean;
}

/** The contexts in a message's headers before this package changes them. */
export interface CarriedContexts {
  readonly existing: ExistingContext | undefined;
  /** Of other vendors, whose headers do not go out with what is written. */
  readonly dropped: readonly SpanContext[];
}

/** @returns `undefined` when the message carries no context: the usual one */
export function carriedContexts(
  tracing: KafkaTracing<ProducerOptions>,
  { headers }: MessageLike,
  active: Context,
): CarriedContexts | undefined {
  if (headers === undefined || headers === null) return undefined;
  const existing = existingContext(tracing, headers, active);
  // What stays as it is loses nothing.
  const dropped = existing?.kept === true ? none : droppedContexts(tracing, headers, existing?.spanContext);
  return existing === undefined && dropped.length === 0 ? undefined : { existing, dropped };
}

const none: readonly SpanContext[] = Object.freeze([]);

function droppedContexts(
  tracing: KafkaTracing<ProducerOptions>,
  headers: object,
  existing: SpanContext | undefined,
): readonly SpanContext[] {
  const dropped = guard('reading headers', () => tracing.propagation.droppedContexts(headers), tracing) ?? none;
  // Datadog's tracers write one context twice, in their headers and in `traceparent`.
  return existing === undefined
    ? dropped
    : dropped.filter(({ traceId, spanId }) => spanId !== existing.spanId || traceId !== existing.traceId);
}

/**
 * Whether a message already has a creation context, and whether it remains. A context that the caller chose is not modified,
 * as the conventions ask; one that came along when the message in flight was forwarded is replaced, or the next
 * consumer would have the wrong parent, and an untrusted sender's context would go to a topic that is trusted.
 */
function existingContext(tracing: KafkaTracing<ProducerOptions>, headers: object, active: Context): ExistingContext | undefined {
  const spanContext = guard('reading headers', () => tracing.propagation.creationContext(headers), tracing);
  if (spanContext === undefined || !isSpanContextValid(spanContext)) return undefined;
  const policy = tracing.options.existingContext;
  return { spanContext, kept: policy === undefined ? !isForwarded(spanContext, active) : policy === 'keep' };
}

function isForwarded(spanContext: SpanContext, active: Context): boolean {
  const handled = incomingExtraction.get(active);
  if (handled !== undefined && [handled.creationContext, ...handled.conflicts].some((read) => isSame(read, spanContext))) return true;
  if (untrustedHeaders.get(active)?.names(spanContext) === true) return true;
  return batchContexts.get(active)?.hasCreationContext(spanContext) ?? false;
}

function isSame(read: SpanContext | undefined, { traceId, spanId }: SpanContext): boolean {
  return read?.spanId === spanId && read.traceId === traceId;
}

/** Where the creation context of a message comes from, when it is not the `send` span's. */
export interface Mark extends CarriedContexts {
  /** The context of its `create` span, if it has one. */
  readonly created: Context | undefined;
}

/** One topic of a send. */
export interface PlannedTopic {
  readonly entry: TopicMessagesLike;
  /** By index in `entry.messages`; usually empty. */
  readonly marks: ReadonlyMap<number, Mark>;
}
