import type { Attributes, SpanContext } from '@opentelemetry/api';
import type { ConsumerTracing } from './consumer-tracing.ts';
import type { MessageLike } from './kafka-client.ts';
import { setMessageAttributes } from './message-attributes.ts';
import type { Received } from './process-span.ts';
import { SpanContextMap } from './span-context-map.ts';

/** The links of a batch: one for each creation context, up to `limit`, and how many more there would have been. */
export interface BatchLinks {
  readonly links: MessageLink[];
  readonly dropped: number;
  /** Whether one of the batch's messages was created in `candidate`. */
  includes(candidate: SpanContext): boolean;
}

interface MessageLink {
  readonly context: SpanContext;
  attributes: Attributes;
}

/**
 * One link for each creation context in the batch. What differs from message to message stands on the link, unless several
 * messages share it: then it stands on each message's own span (`forEachMessage`).
 */
export function batchLinks(tracing: ConsumerTracing, batch: readonly Received[], limit: number): BatchLinks {
  const links: MessageLink[] = [];
  const byId = new SpanContextMap<MessageLink | undefined>();
  const add = (context: SpanContext, message: MessageLike): void => {
    const known = byId.get(context);
    if (known !== undefined) known.attributes = {};
    if (known !== undefined || byId.has(context)) return;
    const link = links.length < limit ? { context, attributes: {} } : undefined;
    byId.set(context, link);
    if (link === undefined) return;
    setMessageAttributes(link.attributes, message, tracing);
    links.push(link);
  };
  for (const { message, extraction } of batch) {
    if (extraction.creationContext !== undefined) add(extraction.creationContext, message);
    for (const context of extraction.conflicts) add(context, message);
  }
  return { links, dropped: byId.size - links.length, includes: (candidate) => byId.has(candidate) };
}
