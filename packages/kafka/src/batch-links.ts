import type { Attributes, Link } from '@opentelemetry/api';
import { contextId } from './batch-scope.ts';
import type { ConsumerTracing } from './consumer-tracing.ts';
import type { MessageLike } from './kafka-client.ts';
import { setMessageAttributes } from './message-attributes.ts';
import type { Received } from './process-span.ts';

/** The links of a batch: one for each creation context, up to `limit`, and how many more there would have been. */
export interface BatchLinks {
  readonly links: readonly Link[];
  readonly dropped: number;
  readonly ids: ReadonlySet<string>;
}

/**
 * One link for each creation context in the batch. What differs from message to message stands on the link, unless several
 * messages share it: then it stands on each message's own span (`forEachMessage`).
 */
export function batchLinks(tracing: ConsumerTracing, batch: readonly Received[], limit: number): BatchLinks {
  const byId = new Map<string, { readonly link: Link; readonly message: MessageLike }>();
  const shared = new Set<string>();
  for (const { message, extraction } of batch) {
    for (const context of [extraction.creationContext, ...extraction.conflicts]) {
      if (context === undefined) continue;
      const id = contextId(context);
      if (byId.has(id)) shared.add(id);
      else byId.set(id, { link: { context }, message });
    }
  }
  const links: Link[] = [];
  for (const [id, { link, message }] of byId) {
    if (links.length === limit) break;
    const attributes: Attributes = {};
    if (!shared.has(id)) setMessageAttributes(attributes, message, tracing);
    links.push({ ...link, attributes });
  }
  return { links, dropped: byId.size - links.length, ids: new Set(byId.keys()) };
}
