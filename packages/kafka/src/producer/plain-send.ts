import { context as contextApi, isSpanContextValid, SpanKind, trace, type Attributes, type Context, type Span } from '@opentelemetry/api';
import { layeredOn } from '@tracelink/context/internal';
import type { Relation } from '@tracelink/propagation';
import type { MessageLike, RecordLike } from '../client/kafka-client.ts';
import { fault } from '../core/guard.ts';
import { watchCall } from '../core/outcome.ts';
import type { KafkaTracing } from '../telemetry/client-telemetry.ts';
import { describeMessage } from '../telemetry/message-attributes.ts';
import type { ProducerOptions } from '../telemetry/options.ts';
import { Attr, Operation, spanName } from '../telemetry/semconv.ts';
import { carriedContexts } from './existing-context.ts';
import { PlainSending, type Send } from './plain-sending.ts';
import { noLinks } from './send-plan.ts';
import { fixedRelation } from './outgoing-headers.ts';
import { measuredSend, withPartition } from './traced-send.ts';

/** What all plain sends to one topic share while the client's identity stays the same. */
interface PlainTopic {
  readonly topic: string;
  readonly identity: Attributes;
  readonly name: string;
  /** All spans share them: no code may write to them. */
  readonly attributes: Readonly<Attributes>;
  readonly clientId: Attributes[string];
  readonly relation: Relation | undefined;
}

/**
 * The fast path for what most sends are: one message without a creation context of its own, in a plain object. Its span is the creation
 * context, so there is nothing to plan and nothing to link. `tracedSend` is the general path, and does the same.
 */
export class PlainSends {
  readonly #tracing: KafkaTracing<ProducerOptions>;
  readonly #send: Send;
  /** Whether the options leave anything to this path. */
  readonly #isUsed: boolean;
  /** The topic that was sent to last. */
  #last: PlainTopic | undefined;

  constructor(tracing: KafkaTracing<ProducerOptions>, send: Send) {
    const { createSpans, relation, agentContext = 'beside' } = tracing.options;
    this.#tracing = tracing;
    this.#send = send;
    this.#isUsed = createSpans !== true && typeof relation !== 'function' && agentContext === 'beside';
  }

  /** @returns `undefined` for a record that takes the general path; nothing has happened then */
  send(record: RecordLike): ReturnType<Send> | undefined {
    const message = this.#isUsed ? plainMessage(record) : undefined;
    const tracing = this.#tracing;
    if (message === undefined || !tracing.isTraced) return undefined;
    const active = contextApi.active();
    if (carriedContexts(tracing, message, active) !== undefined) return undefined;
    const shared = this.#topic(record.topic);
    const span = this.#started(shared, message, active);
    if (span === undefined) return measuredSend(tracing, { entries: [record], record, send: () => this.#send(record) });
    const context = trace.setSpan(layeredOn(active), span);
    const rewritten = this.#rewritten(shared, record, message, span, context) ?? record;
    if (tracing.options.onSend === undefined && !span.isRecording() && !tracing.isMeasured) {
      // No one learns how the send went, nor when its span ended: so nothing waits for the answer.
      this.#end(span);
      return contextApi.with(context, this.#send, undefined, rewritten);
    }
    const sending = new PlainSending(tracing, this.#send, shared.identity, record, rewritten, message, span);
    return contextApi.with(context, watchCall<ReturnType<Send>>, undefined, sending);
  }

  /** @returns `undefined` when that failed */
  #started({ name, attributes: shared, clientId }: PlainTopic, message: MessageLike, active: Context): Span | undefined {
    const tracing = this.#tracing;
    try {
      const attributes = withPartition(shared, message.partition);
      const span = tracing.tracer.startSpan(name, { kind: SpanKind.PRODUCER, attributes, links: noLinks }, active);
      if (span.isRecording()) this.#describe(span, message, clientId);
      return span;
    } catch (error) {
      fault('starting a send span', error, tracing);
      return undefined;
    }
  }

  #describe(span: Span, message: MessageLike, clientId: Attributes[string]): void {
    try {
      if (clientId !== undefined) span.setAttribute(Attr.CLIENT_ID, clientId);
      describeMessage(span, message, this.#tracing);
    } catch (error) {
      fault('describing a span', error, this.#tracing);
    }
  }

  #end(span: Span): void {
    try {
      span.end();
    } catch (error) {
      fault('ending a span', error, this.#tracing);
    }
  }

  #topic(topic: string): PlainTopic {
    const tracing = this.#tracing;
    const identity = tracing.identity.attributes;
    const last = this.#last;
    if (last !== undefined && last.topic === topic && last.identity === identity) return last;
    const { relation, topics } = tracing.options;
    return (this.#last = {
      topic,
      identity,
      name: spanName(Operation.send, tracing.destination(topic)),
      attributes: tracing.sharedStartAttributes(Operation.send, topic),
      clientId: tracing.clientId,
      relation: fixedRelation(relation as Relation | undefined, topics, topic),
    });
  }

  /** @returns `undefined` where the span has no ids, and when that failed: then the caller's own record is sent */
  #rewritten(
    { topic, relation }: PlainTopic,
    record: RecordLike,
    message: MessageLike,
    span: Span,
    context: Context,
  ): RecordLike | undefined {
    try {
      // A span that records has valid ids.
      if (!span.isRecording() && !isSpanContextValid(span.spanContext())) return undefined;
      const headers = this.#tracing.propagation.injection(context, topic, relation).into(message.headers);
      return { ...record, messages: [{ ...message, headers }] };
    } catch (error) {
      fault('writing headers', error, this.#tracing);
      return undefined;
    }
  }
}

/** The one message of a record, both in plain objects; `undefined` for anything else. */
function plainMessage(record: RecordLike): MessageLike | undefined {
  try {
    if (Object.getPrototypeOf(record) !== Object.prototype) return undefined;
    const { topic, messages } = record;
    if (typeof topic !== 'string' || !Array.isArray(messages) || messages.length !== 1) return undefined;
    const message = messages[0] as MessageLike;
    return Object.getPrototypeOf(message) === Object.prototype && message.value !== undefined ? message : undefined;
  } catch {
    return undefined;
  }
}
