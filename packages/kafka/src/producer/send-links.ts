import { trace, type Attributes, type Link, type SpanContext } from '@opentelemetry/api';
import { setMessageAttributes } from '../telemetry/message-attributes.ts';
import type { ProducerOptions } from '../telemetry/options.ts';
import type { PlannedTopic } from './existing-context.ts';
import { Attr } from '../telemetry/semconv.ts';
import { SpanContextMap } from '../telemetry/span-context-map.ts';
import type { KafkaTracing } from '../telemetry/client-telemetry.ts';

interface MessageLink {
  readonly context: SpanContext;
  attributes?: Attributes;
}

/**
 * The links of a `send` span: one for each creation context that is not the send span itself, whether a `create` span made
 * it or the message carried it, and one for each that another vendor's headers named and that is not sent on. Attributes that differ between messages are set on the link, unless several messages share it.
 */
export function sendLinks(tracing: KafkaTracing<ProducerOptions>, topics: readonly PlannedTopic[], severalTopics: boolean): Link[] {
  const links: MessageLink[] = [];
  const known = new SpanContextMap<MessageLink>();
  const add = (context: SpanContext, attributes: Attributes | undefined): void => {
    const link = attributes === undefined ? { context } : { context, attributes };
    const first = known.add(link);
    if (first === undefined) links.push(link);
    else delete first.attributes;
  };
  for (const { entry, marks } of topics) {
    for (const [index, { existing, dropped, created }] of marks) {
      const message = entry.messages[index];
      const own = created === undefined ? existing?.spanContext : trace.getSpanContext(created);
      if (message === undefined) continue;
      if (own !== undefined) {
        const attributes: Attributes = {};
        setMessageAttributes(attributes, message, tracing);
        if (severalTopics) attributes[Attr.DESTINATION_NAME] = entry.topic;
        add(own, attributes);
      }
      if (created !== undefined && existing !== undefined) add(existing.spanContext, undefined);
      for (const context of dropped) add(context, undefined);
    }
  }
  return links;
}
