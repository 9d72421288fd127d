import type { Context, SpanContext } from '@opentelemetry/api';
import { extractHeaders } from '../extract/extract-headers.ts';
import type { Extraction, Relation } from '../extract/extraction-interface.ts';
import { globalCreationContext } from '../global/global-propagator.ts';
import { HeaderInjection } from '../inject/injection.ts';
import type { Injection } from '../inject/injection-interface.ts';
import { injectedHeaders } from '../inject/injected-headers.ts';
import { type KafkaPropagationOptions, settingsOf } from './options.ts';
import { readCreationContext } from '../extract/read-context.ts';
import { TraceHeaders } from '../headers/trace-headers.ts';

/** Between Kafka headers and trace context; made by `kafkaPropagation`, shared by any number of producers and consumers. */
export interface KafkaPropagation {
  /** Total: any `headers` give an answer, none throws. `topic` selects the trust. */
  extract(headers: unknown, topic: string): Extraction;
  /** The creation context that `headers` already carry, whatever the trust; `undefined` fast when there is none. */
  creationContext(headers: unknown): SpanContext | undefined;
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
  function creationContext(headers: unknown): SpanContext | undefined {
    if (headers === undefined || headers === null) return undefined;
    const known = new TraceHeaders(headers);
    if (settings.formats === undefined) return globalCreationContext(headers, known);
    return known.isEmpty ? undefined : readCreationContext(known, settings.formats.extract);
  }
  const hasCreationContext = (headers: unknown): boolean => creationContext(headers) !== undefined;
  return {
    creationContext,
    extract: (headers, topic) => extractHeaders(headers, topic, settings),
    injection(context, topic, relation) {
      const injected = injectedHeaders(context, settings.outbound(topic), relation, settings);
      return new HeaderInjection(injected, hasCreationContext);
    },
  };
}
