import type { Context, SpanContext } from '@opentelemetry/api';
import { creationContextOf, extractHeaders } from '../extract/extract-headers.ts';
import type { Extraction } from '../extract/extraction.ts';
import type { Relation } from '../formats/tracelink.ts';
import { injectedHeaders } from '../inject/injected-headers.ts';
import { type Injection, injectionOf } from '../inject/injection.ts';
import { type GeneralInjection, plainInjection } from '../inject/plain-injection.ts';
import { vendorContexts } from '../vendors/vendor-headers.ts';
import { type KafkaPropagationOptions, settingsOf } from './options.ts';

/** Between Kafka headers and trace context; made by `kafkaPropagation`, shared by any number of producers and consumers. */
export interface KafkaPropagation {
  /** Total: any `headers` give an answer, none throws. `topic` selects the trust. */
  extract(headers: unknown, topic: string): Extraction;
  /** The creation context that `headers` already carry, whatever the trust; `undefined` fast when there is none. */
  creationContext(headers: unknown): SpanContext | undefined;
  /**
   * The contexts of other vendors in `headers`, of which `injection` takes the headers out: each is worth a link. None of those that the
   * option `keep` names.
   */
  droppedContexts(headers: unknown): readonly SpanContext[];
  /** What `context` puts into messages for `topic`; `relation` is the sender's wish, written as `tracelink-relation`. */
  injection(context: Context, topic: string, relation?: Relation): Injection;
}

/**
 * Makes the translator between Kafka headers and trace context. Without `inject` and `extract` it asks the global
 * propagator of `@opentelemetry/api`, each time, so it may be made before the SDK is started.
 *
 * @throws PropagationError when the options make no sense; its text says what to do
 */
export function kafkaPropagation(options: KafkaPropagationOptions = {}): KafkaPropagation {
  const settings = settingsOf(options);
  const creationContext = (headers: unknown): SpanContext | undefined => creationContextOf(headers, settings.extract);
  const hasCreationContext = (headers: unknown): boolean => creationContext(headers) !== undefined;
  const general: GeneralInjection = (context, topic, relation) =>
    injectionOf(injectedHeaders(context, topic, relation, settings.inject), hasCreationContext);
  return {
    creationContext,
    droppedContexts: (headers) => vendorContexts(headers, settings.inject.kept),
    extract: (headers, topic) => extractHeaders(headers, topic, settings.extract),
    injection(context, topic, relation) {
      const plain = relation === undefined ? plainInjection(context, topic, settings.inject, general) : undefined;
      return plain ?? general(context, topic, relation);
    },
  };
}
