import {
  createNoopMeter,
  metrics,
  trace,
  type Attributes,
  type MeterProvider,
  type Span,
  type Tracer,
  type TracerProvider,
} from '@opentelemetry/api';
import { recordError, sayUnseenApi } from '@tracelink/context/internal';
import { kafkaPropagation, type KafkaPropagation } from '@tracelink/propagation';
import { AttributeCache, withKnownNames } from './attribute-cache.ts';
import type { ClientIdentity } from './client-identity.ts';
import { withEnvironment } from '../core/environment.ts';
import { fault, guard, guardCallback } from '../core/guard.ts';
import { errorType } from '../core/error-type.ts';
import { instruments, type Instruments } from './instruments.ts';
import type { MessageLike } from '../client/kafka-client.ts';
import { makesSpans, promptPropagation } from './tracing-guards.ts';
import type { MessageAttributeOptions } from './message-attributes.ts';
import type { SpanHook, TracingOptions } from './options.ts';
import { Attr, Operation, setRenamed, type Semconv } from './semconv.ts';
import { scope } from '../core/version.ts';

/** The state that all spans of one wrapped client share: the resolved options and the rules for ending a span. */
export class KafkaTracing<O extends TracingOptions = TracingOptions> implements MessageAttributeOptions {
  readonly options: O;
  readonly identity: ClientIdentity;
  readonly propagation: KafkaPropagation;
  readonly semconv: Semconv;
  readonly messageKey: boolean | ((key: string) => string | undefined);
  /** The provider that {@link isTraced} found to make spans. */
  #provider: TracerProvider | undefined;
  #tracer: Tracer | undefined;
  #meterProvider: MeterProvider | undefined;
  #isMeasured = false;
  readonly #ofSpans = new AttributeCache((operation, topic) => this.#makeStartAttributes(operation, topic));
  readonly #ofMetrics = new AttributeCache((operation, topic) => this.#makeMetricAttributes(operation, topic));

  constructor(code: O, identity: ClientIdentity) {
    const options = withEnvironment(code);
    this.options = options;
    this.identity = identity;
    this.propagation = options.propagation === undefined ? kafkaPropagation() : promptPropagation(options.propagation);
    this.semconv = options.semconv ?? '1.45';
    this.messageKey = options.messageKey ?? true;
  }

  /**
   * Whether there is a tracer provider: the `tracerProvider` of the options or a global one, at the latest when this is asked. Without
   * one, headers are neither read nor written, on any path. Spans that a sampler drops count as made. Costs one comparison
   * once a provider is there.
   */
  get isTraced(): boolean {
    const provider = this.#currentProvider;
    return provider === this.#provider || this.#finds(provider);
  }

  /** Asked several times for a message while there is no SDK. */
  #finds(provider: TracerProvider): boolean {
    try {
      if (!makesSpans(provider)) {
        if (this.options.tracerProvider === undefined) sayUnseenApi();
        return false;
      }
    } catch (error) {
      fault('finding a tracer', error, this);
      return false;
    }
    this.#provider = provider;
    this.#tracer = undefined;
    return true;
  }

  /** The tracer of the provider that {@link isTraced} found; without one, a no-op tracer. */
  get tracer(): Tracer {
    if (!this.isTraced) return this.#currentProvider.getTracer(scope.name, scope.version);
    this.#tracer ??= (this.#provider as TracerProvider).getTracer(scope.name, scope.version);
    return this.#tracer;
  }

  get #currentProvider(): TracerProvider {
    return this.options.tracerProvider ?? trace.getTracerProvider();
  }

  /** Whether there is a meter that records. Checked before each message: the metrics API has no proxy to check once. */
  get isMeasured(): boolean {
    const provider = this.options.meterProvider ?? metrics.getMeterProvider();
    if (provider !== this.#meterProvider) this.#measureBy(provider);
    return this.#isMeasured;
  }

  #measureBy(provider: MeterProvider): void {
    this.#meterProvider = provider;
    const records = (): boolean => provider.getMeter(scope.name, scope.version) !== createNoopMeter();
    this.#isMeasured = guard('recording metrics', records, this) ?? false;
  }

  get instruments(): Instruments {
    return instruments(this.options.meterProvider);
  }

  /** The template or name of a topic that spans are named after. */
  destination(topic: string | undefined): string | undefined {
    if (topic === undefined) return undefined;
    return this.#template(topic) ?? topic;
  }

  /** The attributes of a span of `operation` on `topic` that has all it knows from its start; a copy. */
  startAttributes(operation: Operation, topic: string | undefined): Attributes {
    const attributes: Attributes = { ...this.sharedStartAttributes(operation, topic) };
    const { clientId } = this;
    if (clientId !== undefined) attributes[Attr.CLIENT_ID] = clientId;
    return attributes;
  }

  /** Those that samplers decide by, shared by all spans of `operation` on `topic` and frozen; {@link clientId} is none of them. */
  sharedStartAttributes(operation: Operation, topic: string | undefined): Readonly<Attributes> {
    return this.#ofSpans.get(operation, topic, this.identity.attributes);
  }

  /** What a span that records gets as its client id once it has started; `undefined` until it is known. */
  get clientId(): Attributes[string] {
    return this.identity.attributes[Attr.CLIENT_ID];
  }

  /**
   * Sets the attributes that samplers do not need, if the span records: nothing is read for one that does not. A fault of ours omits them,
   * and the span ends all the same.
   */
  describe(span: Span, attributes: () => Attributes): void {
    if (span.isRecording()) guard('describing a span', () => span.setAttributes(attributes()), this);
  }

  /** The attributes of a metric, which must not be changed: no key, offset, partition or client id, whose values have no bound. */
  metricAttributes(operation: Operation, topic: string | undefined, error?: string): Readonly<Attributes> {
    const attributes = this.#ofMetrics.get(operation, topic, this.identity.attributes);
    return error === undefined ? attributes : { ...attributes, [Attr.ERROR_TYPE]: error };
  }

  #makeStartAttributes(operation: Operation, topic: string | undefined): Attributes {
    const attributes: Attributes = { [Attr.OPERATION_NAME]: operation.name };
    setRenamed(attributes, this.semconv, 'system', 'kafka');
    if (operation.type !== undefined) attributes[Attr.OPERATION_TYPE] = operation.type;
    if (topic !== undefined) {
      attributes[Attr.DESTINATION_NAME] = topic;
      const template = this.#template(topic);
      if (template !== undefined) attributes[Attr.DESTINATION_TEMPLATE] = template;
    }
    const { clusterId } = this.options;
    // A create span does not know where its message will be sent.
    if (clusterId !== undefined && operation !== Operation.create) setRenamed(attributes, this.semconv, 'clusterId', clusterId);
    const { [Attr.CLIENT_ID]: _clientId, ...known } = this.identity.attributes;
    return withKnownNames(Object.freeze(Object.assign(attributes, known)));
  }

  #makeMetricAttributes(operation: Operation, topic: string | undefined): Attributes {
    const attributes: Attributes = { [Attr.OPERATION_NAME]: operation.name };
    setRenamed(attributes, this.semconv, 'system', 'kafka');
    if (operation.type !== undefined) attributes[Attr.OPERATION_TYPE] = operation.type;
    if (topic !== undefined) {
      const template = this.#template(topic);
      attributes[template === undefined ? Attr.DESTINATION_NAME : Attr.DESTINATION_TEMPLATE] = template ?? topic;
    }
    const known = this.identity.attributes;
    for (const name of [Attr.CONSUMER_GROUP, Attr.SERVER_ADDRESS, Attr.SERVER_PORT])
      if (known[name] !== undefined) attributes[name] = known[name];
    return attributes;
  }

  /** Runs the hook, records the error, ends the span. The status stays unset on success. */
  end(
    span: Span,
    topic: string | undefined,
    messages: readonly MessageLike[],
    failure: { readonly error: unknown } | undefined,
    hook: SpanHook | undefined,
  ): void {
    if (failure !== undefined) this.#recordFailure(span, failure);
    if (hook !== undefined) this.#callHook(span, hook, { topic, messages, error: failure?.error });
    try {
      span.end();
    } catch (error) {
      fault('ending a span', error, this);
    }
  }

  #recordFailure(span: Span, { error }: { readonly error: unknown }): void {
    guard('recording an error', () => recordError(span, error, errorType), this);
  }

  #callHook(span: Span, hook: SpanHook, operation: Parameters<SpanHook>[1]): void {
    guardCallback('a hook', () => hook(span, operation), hook);
  }

  #template(topic: string): string | undefined {
    const { topics } = this.options;
    return topics !== undefined && Object.hasOwn(topics, topic) ? topics[topic]?.destinationTemplate : undefined;
  }
}
