import type { MeterProvider, Span, TracerProvider } from '@opentelemetry/api';
import type { KafkaPropagation, Relation } from '@tracelink/propagation';
import type { MessageLike } from '../client/kafka-client.ts';
import type { Semconv } from './semconv.ts';

/** What a hook is told beside the span. */
export interface SpanHookInfo {
  readonly topic: string | undefined;
  /** The caller's own message objects; one, unless the span stands for a batch. */
  readonly messages: readonly MessageLike[];
  /** What the send or the handler threw or rejected with; `undefined` when it returned or resolved. */
  readonly error: unknown;
}

/**
 * Called once a span, right before it ends; never where no tracer provider is registered, as there is no span then. A hook that
 * throws or rejects is contained and logged once through `diag`; no one waits for a promise that it returns.
 */
export type SpanHook = (span: Span, info: SpanHookInfo) => void;

/** Options of one topic, over those of the wrapper. */
export interface TopicOptions {
  /** As `relation` of the wrapper, for this topic. */
  readonly relation?: Relation;
  /** `messaging.destination.template`: the low-cardinality name of a family of topics; it then names the spans too. */
  readonly destinationTemplate?: string;
}

/** A trace that has run through too much to be useful as one: the next consumer starts a new, linked one. */
export interface TraceLimits {
  /** Messages that one trace may go through. @default unlimited */
  readonly maxHops?: number;
  /** Milliseconds since the trace's first message was produced. @default unlimited */
  readonly maxAge?: number;
}

/** Options that producers and consumers share. */
export interface TracingOptions {
  /** Header formats, baggage, trust. @default `kafkaPropagation()`: the global propagator of OpenTelemetry */
  readonly propagation?: KafkaPropagation;
  /**
   * Whether the creation context of a message is the parent of the span that processes it; it is always linked.
   * A function decides for every message, at once, and has the last word: where it throws or answers anything else, such as a promise,
   * the default counts and the fault is logged once. A plain value gives way to the sender's `tracelink-relation` header. On a producer: the wish that is written into that header, nothing when not given.
   * @default 'parent'
   */
  readonly relation?: Relation | ((topic: string, message: MessageLike) => Relation);
  /** Options by topic name. */
  readonly topics?: Readonly<Record<string, TopicOptions>>;
  /** Attribute names. @default '1.45', or what `OTEL_SEMCONV_STABILITY_OPT_IN` asks for */
  readonly semconv?: Semconv;
  /**
   * Whether message keys become an attribute: they can hold personal data. A function returns what to write, `undefined` for
   * nothing; where it throws or returns a promise, nothing is written and the fault is logged once. Keys that are not UTF-8 are never
   * written. @default true
   */
  readonly messageKey?: boolean | ((key: string) => string | undefined);
  /**
   * Makes the spans. Where there is none, here or registered globally, headers are neither read nor written, and only metrics are
   * recorded. @default the global tracer provider, also one that is registered later
   */
  readonly tracerProvider?: TracerProvider;
  /** @default the global meter provider */
  readonly meterProvider?: MeterProvider;
  /** `messaging.client.id`. @default what kafkajs' events tell */
  readonly clientId?: string;
}

/** Options of `wrapProducer`. */
export interface ProducerOptions extends TracingOptions {
  /**
   * Gives each message a `create` span of its own, which the `send` span links to. Without them the `send` span is the creation
   * context of all its messages. @default false
   */
  readonly createSpans?: boolean;
  /**
   * What happens to a creation context that a message's headers already carry. `keep` leaves the headers as they are; `replace`
   * writes ours; both link to it from the `send` span. @default 'keep', but headers copied from the message being handled are replaced
   */
  readonly existingContext?: 'keep' | 'replace';
  /** Sees every `send` span. */
  readonly onSend?: SpanHook;
}

/** Options of `wrapConsumer` and `forEachMessage`. */
export interface ConsumerOptions extends TracingOptions {
  /** `messaging.consumer.group.name`. @default what kafkajs' events tell when the consumer joins */
  readonly groupId?: string;
  /** Consumers: when a trace has gone on for long enough. @default unlimited */
  readonly traceLimits?: TraceLimits;
  /** Links that the span of a batch may carry; the SDK has a limit of its own (`OTEL_SPAN_LINK_COUNT_LIMIT`, 128). @default 1000 */
  readonly linkLimit?: number;
  /** Sees every `process` span. */
  readonly onProcess?: SpanHook;
}
