import { SpanKind, trace, type Context, type Link, type Span, type SpanContext } from '@opentelemetry/api';
import type { Extraction } from '@tracelink/propagation';
import type { CountedAttempt } from './attempts.ts';
import type { ConsumerTracing } from './consumer-telemetry.ts';
import type { MessageLike } from '../client/kafka-client.ts';
import { fault } from '../core/guard.ts';
import { withBatchOf } from '../telemetry/batch-scope.ts';
import { describeMessage } from '../telemetry/message-attributes.ts';
import { relationOf } from './parent-or-link.ts';
import { Attr } from '../telemetry/semconv.ts';

/** A message and where it was read. */
export interface Received {
  readonly topic: string;
  readonly partition: number;
  readonly message: MessageLike;
  readonly extraction: Extraction;
  /** The attempt number, when the caller counts attempts; otherwise the consumer's own memory of its last failure counts. */
  readonly attempt?: CountedAttempt;
}

/** A started `process` span and the context to run the handler in. */
export interface Processing {
  readonly received: Received;
  readonly span: Span;
  readonly context: Context;
  /** The attempt number: 1, or more when the message is delivered again after it failed. */
  readonly attempt: number;
}

/**
 * Starts the span that processes one message: linked to the message's creation context and to the contexts of other header
 * formats, child of the first when the relation is `parent`.
 *
 * @param batch the context of the batch's span inside `eachBatch`: linked, or the parent when the span would have none
 */
export function startProcessSpan(tracing: ConsumerTracing, received: Received, batch: Context | undefined): Processing {
  const { topic, partition, message, extraction } = received;
  const { creationContext } = extraction;
  const continues = relationOf(extraction, topic, message, tracing.options) === 'parent';
  const base = continues ? extraction.asParent() : extraction.asRoot();
  const attempt = received.attempt ?? tracing.messageAttempts.at(topic, partition, message.offset);
  const links = linksOf(received, attempt, continues && tracing.options.parentLink === false);
  let parent = base;
  let parentSpan = trace.getSpanContext(base);
  const batchSpan = batch && trace.getSpanContext(batch);
  if (batchSpan !== undefined) {
    if (parentSpan !== undefined) links.push({ context: batchSpan });
    else parent = trace.setSpanContext(base, (parentSpan = batchSpan));
  }
  const { name, attributes, clientId } = tracing.processStart(topic, partition);
  // Only what the conventions name for samplers: the rest is useful only to a span that records, and is the expensive part.
  const span = tracing.tracer.startSpan(name, { kind: SpanKind.CONSUMER, attributes, links }, parent);
  if (span.isRecording()) {
    try {
      if (clientId !== undefined) span.setAttribute(Attr.CLIENT_ID, clientId);
      span.setAttributes(extraction.attributes);
      describeMessage(span, message, tracing);
      if (attempt.number > 1 || received.attempt !== undefined) span.setAttribute(Attr.DELIVERY_ATTEMPT, attempt.number);
      if (!continues && creationContext !== undefined) setLinkIds(span, creationContext);
      // Read here, as only a span that records can say so, and after the start, as most records have nothing of the kind.
      const { brokenFrom } = extraction;
      if (brokenFrom !== undefined) describeBreak(span, brokenFrom, links);
    } catch (error) {
      fault('describing a span', error, tracing);
    }
  }
  const context = trace.setSpan(batch === undefined ? base : withBatchOf(batch, base), span);
  return { received, span, context, attempt: attempt.number };
}

function linksOf({ extraction, attempt: counted }: Received, { previous }: CountedAttempt, isParentOnly: boolean): Link[] {
  const { creationContext, conflicts } = extraction;
  const links: Link[] = creationContext === undefined || isParentOnly ? [] : [{ context: creationContext }];
  // Counted: the list of none is frozen, and V8 makes an iterator for each loop over a frozen list.
  for (let index = 0; index < conflicts.length; index++) links.push({ context: conflicts[index] as SpanContext });
  if (previous !== undefined) links.push(previousAttemptLink(previous));
  // When the caller counts attempts, a message may come from a retry topic: then the trace origin is not the creation context.
  const origin = counted === undefined ? undefined : extraction.origin;
  if (origin !== undefined && origin.spanId !== creationContext?.spanId)
    links.push({ context: origin, attributes: { [Attr.LINK_KIND]: 'origin' } });
  return links;
}

/** The link to the attempt before: it shows that the message waited since that attempt, and not since it was sent. */
export function previousAttemptLink(previous: SpanContext): Link {
  return { context: previous, attributes: { [Attr.LINK_KIND]: 'previous_attempt' } };
}

function setLinkIds(span: Span, { traceId, spanId }: SpanContext): void {
  span.setAttribute(Attr.LINK_TRACE_ID, traceId);
  span.setAttribute(Attr.LINK_SPAN_ID, spanId);
}

function describeBreak(span: Span, brokenFrom: SpanContext, links: readonly Link[]): void {
  // It may be the trace origin, which is linked already.
  if (!links.some(({ context }) => context.spanId === brokenFrom.spanId && context.traceId === brokenFrom.traceId))
    span.addLink({ context: brokenFrom, attributes: { [Attr.LINK_KIND]: 'broken_trace' } });
  span.addEvent('tracelink.trace.broken');
}
