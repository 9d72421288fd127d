import { trace, type Attributes, type Link, type SpanContext } from '@opentelemetry/api';
import { contextId } from './batch-scope.ts';
import { setMessageAttributes } from './message-attributes.ts';
import type { ProducerOptions } from './options.ts';
import type { PlannedTopic } from './send-plan.ts';
import { Attr } from './semconv.ts';
import type { KafkaTracing } from './tracing.ts';

/**
 * The links of a `send` span: one for each creation context that is not the send span itself, whether a `create` span made
 * it or the message brought it. What differs from message to message stands on the link, unless several messages share it.
 */
export function sendLinks(tracing: KafkaTracing<ProducerOptions>, topics: readonly PlannedTopic[], severalTopics: boolean): Link[] {
  const links = new Map<string, Link>();
  const add = (context: SpanContext, attributes: Attributes | undefined): void => {
    const id = contextId(context);
    links.set(id, attributes === undefined || links.has(id) ? { context } : { context, attributes });
  };
  for (const { entry, messages } of topics) {
    for (const { message, existing, created } of messages) {
      const own = created === undefined ? existing?.spanContext : trace.getSpanContext(created);
      if (own === undefined) continue;
      const attributes: Attributes = {};
      setMessageAttributes(attributes, message, tracing);
      if (severalTopics) attributes[Attr.DESTINATION_NAME] = entry.topic;
      add(own, attributes);
      if (created !== undefined && existing !== undefined) add(existing.spanContext, undefined);
    }
  }
  return [...links.values()];
}
