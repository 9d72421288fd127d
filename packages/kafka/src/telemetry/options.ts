import type { MeterProvider, Span, TracerProvider } from '@opentelemetry/api';
import type { KafkaPropagation, Relation } from '@tracelink/propagation';
import type { MessageLike } from '../client/kafka-client.ts';
import type { Semconv } from './semconv.ts';

/** The second argument of a hook. */
export interface SpanHookInfo {
  /** `undefined` for a send to several topics. */
  readonly topic: string | undefined;
  /** The caller's or the client's own message objects: one, unless the span covers a batch. */
  readonly messages: readonly MessageLike[];
  /** What the send or the handler threw or rejected with; `undefined` when it succeeded. */
  readonly error: unknown;
}

/**
 * Called once per span, right before it ends. Never called without a tracer provider, as there is no span then. What it throws or
 * rejects with is caught and logged through `diag`; a promise that it returns is not awaited.
 */
export type SpanHook = (span: Span, info: SpanHookInfo) => void;

/** Options of one topic. They override those of the wrapper. */
export interface TopicOptions {
  /** As `relation` of the wrapper, for this topic. @default the wrapper's */
  readonly relation?: Relation;
  /**
   * `messaging.destination.template`: the low-cardinality name of a family of topics. Spans and metrics then have this name.
   *
   * @default none: the topic's name
   */
  readonly destinationTemplate?: string;
}

/** The limits of one trace. A consumer of a message beyond a limit starts a new trace that is linked to the old one. */
export interface TraceLimits {
  /** The most messages that one trace may pass through, above 0. @default unlimited */
  readonly maxHops?: number;
  /** Milliseconds since the trace's first message was produced, from the second hop on since the second was; above 0. @default unlimited */
  readonly maxAge?: number;
}

/** What becomes of the context that an APM agent writes into a record after a wrapper did. */
export type AgentContext = 'beside' | 'withhold' | 'instead';

/** Options that producers and consumers share. Where code has none, some may be set by environment variables: docs/operations/environment.md. */
export interface TracingOptions {
  /** Header formats, baggage and trust. @default `kafkaPropagation()`: the global propagator of OpenTelemetry */
  readonly propagation?: KafkaPropagation;
  /**
   * Whether the creation context of a message is the parent of the span that processes it, or only a link. The link is there in both cases.
   * A function decides for each message, synchronously, and overrules the sender: when it throws or returns anything else, such as a
   * promise, the default counts and the fault is logged once. The sender's header `tracelink-relation` overrules a plain value.
   *
   * On a producer: the relation that is written into that header; without the option nothing is written.
   *
   * @default 'parent'
   */
  readonly relation?: Relation | ((topic: string, message: MessageLike) => Relation);
  /** Options by topic name. @default none */
  readonly topics?: Readonly<Record<string, TopicOptions>>;
  /**
   * The version of the semantic conventions whose attribute names are written.
   *
   * @default '1.45', unless `OTEL_SEMCONV_STABILITY_OPT_IN` or `TRACELINK_KAFKA_SEMCONV` says otherwise
   */
  readonly semconv?: Semconv;
  /**
   * Whether message keys become an attribute: they can hold personal data. A function of the key returns what to write, or `undefined` for
   * nothing; when it throws or returns a promise, nothing is written and the fault is logged once. Keys that are not UTF-8 are
   * never written.
   *
   * @default true
   */
  readonly messageKey?: boolean | ((key: string) => string | undefined);
  /**
   * Makes the spans. Without one, here or registered globally, headers are neither read nor written, and only metrics are recorded.
   *
   * @default the global tracer provider, also one that is registered later
   */
  readonly tracerProvider?: TracerProvider;
  /** Makes the metrics. @default the global meter provider, also one that is registered later */
  readonly meterProvider?: MeterProvider;
  /** `messaging.client.id`. @default learned from the client: its configuration or events */
  readonly clientId?: string;
  /**
   * `kafka.cluster.id`: `(await admin.describeCluster()).clusterId`. kafkajs' producers and consumers do not tell it, and the wrappers ask
   * no broker.
   *
   * @default none; `subscribe` asks its cluster
   */
  readonly clusterId?: string;
}

/** Options of `wrapProducer`. */
export interface ProducerOptions extends TracingOptions {
  /**
   * Gives each message a `create` span of its own, to which the `send` span links. Without them the `send` span is the creation context
   * of all its messages.
   *
   * @default false
   */
  readonly createSpans?: boolean;
  /**
   * What happens to a creation context that the headers of a message already carry. `keep` leaves the headers as they are, but for what the
   * propagation's `outbound` and `baggage` hold back from the topic; `replace` writes new ones. The `send` span links to the existing
   * context in both cases.
   *
   * @default 'keep', but 'replace' for headers that a handler copied from its message
   */
  readonly existingContext?: 'keep' | 'replace';
  /**
   * Whose context a record carries when an APM agent in this process writes its own: the agent's layer around the client's `send` comes after
   * this wrapper, and two traces on one record are followed by different consumers. `beside`: both, each in its own headers; where the
   * names are the same, the agent's. `withhold`: ours; no header that the agent adds or changes reaches the record. `instead`: the
   * agent's; this wrapper writes baggage, but no context and no origin, and a record that the agent leaves alone has none.
   *
   * As run beside six agents with kafkajs 2.2.4, see docs/beside-an-apm-agent.md. Without a tracer provider the agent's stands alone.
   *
   * @default 'beside'
   */
  readonly agentContext?: AgentContext;
  /** Called with each `send` span before it ends. @default none */
  readonly onSend?: SpanHook;
}

/** Options of `wrapConsumer` and `forEachMessage`. */
export interface ConsumerOptions extends TracingOptions {
  /** `messaging.consumer.group.name`. @default learned from the client: its configuration, or kafkajs' event at the join */
  readonly groupId?: string;
  /** The limits beyond which a consumer starts a new trace. @default unlimited */
  readonly traceLimits?: TraceLimits;
  /**
   * Links that the span of a batch may carry, from 0. The SDK has a limit of its own (`OTEL_SPAN_LINK_COUNT_LIMIT`, 128).
   *
   * @default 1000
   */
  readonly linkLimit?: number;
  /**
   * Whether the span of a message also links to its creation context where that is the parent. Without that link a query by links misses
   * the hop; with it a page that shows either parents or links shows no parent, as one on Jaeger's query API before v3.
   *
   * @default true
   */
  readonly parentLink?: boolean;
  /** Called with each `process` span before it ends. @default none */
  readonly onProcess?: SpanHook;
}
