import type { Context, SpanContext } from '@opentelemetry/api';
import { creationContextOf, extractHeaders } from '../extract/extract-headers.ts';
import type { Extraction } from '../extract/extraction.ts';
import type { Relation } from '../formats/tracelink.ts';
import { injectedHeaders } from '../inject/injected-headers.ts';
import { type Injection, injectionOf } from '../inject/injection.ts';
import { keptHeaders } from '../inject/kept-headers.ts';
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
  /**
   * The headers of a message whose own creation context stays, as far as they may go to `topic`: the option `outbound` holds for them, too,
   * and so does the allow-list of `baggage`. The same object where all of them may; never changed.
   *
   * @param context in which the message is sent
   */
  kept<H>(headers: H, context: Context, topic: string): H;
  /** What `context` puts into messages for `topic`; `relation` is the sender's wish, written as `tracelink-relation`. */
  injection(context: Context, topic: string, relation?: Relation): Injection;
}

/**
 * Makes the translator between Kafka headers and trace context. Without `inject` and `extract` it asks the global
 * propagator of `@opentelemetry/api`, each time, so it may be made before the SDK is started.
 *
 * @throws {PropagationError} `unknown_option`, `invalid_formats` or `invalid_option`, with a text that says what to do
 */
export function kafkaPropagation(options: KafkaPropagationOptions = {}): KafkaPropagation {
  const settings = settingsOf(options);
  const general: GeneralInjection = (context, topic, relation) => injectionOf(injectedHeaders(context, topic, relation, settings.inject));
  return {
    creationContext: (headers) => creationContextOf(headers, settings.extract),
    droppedContexts: (headers) => vendorContexts(headers, settings.inject.kept),
    extract: (headers, topic) => extractHeaders(headers, topic, settings.extract),
    kept: (headers, context, topic) => keptHeaders(headers, context, topic, settings.inject),
    injection(context, topic, relation) {
      const plain = relation === undefined ? plainInjection(context, topic, settings.inject, general) : undefined;
      return plain ?? general(context, topic, relation);
    },
  };
}
