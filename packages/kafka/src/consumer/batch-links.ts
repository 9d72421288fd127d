import type { Attributes, SpanContext } from '@opentelemetry/api';
import type { Extraction } from '@tracelink/propagation';
import type { ConsumerTracing } from './consumer-telemetry.ts';
import type { MessageLike } from '../client/kafka-client.ts';
import { messageAttributes } from '../telemetry/message-attributes.ts';
import { SpanContextMap } from '../telemetry/span-context-map.ts';
import { SpanIds } from './span-ids.ts';

interface MessageLink {
  readonly context: SpanContext;
  attributes: Attributes;
}

const none: Attributes = Object.freeze({});

/**
 * The links of a batch span, collected message by message: one for each creation context, up to `limit`. Attributes that differ
 * between messages are set on the link, unless several messages share it: then they are set on each message's own span
 * (`forEachMessage`).
 */
export class BatchLinks {
  readonly links: MessageLink[] = [];
  readonly #tracing: ConsumerTracing;
  readonly #limit: number;
  readonly #known: SpanContextMap<MessageLink>;
  #ids: SpanIds | undefined;

  /** @param messages how many there are, of which usually each has a context */
  constructor(tracing: ConsumerTracing, limit: number, messages: number) {
    this.#tracing = tracing;
    this.#limit = limit;
    this.#known = new SpanContextMap(messages);
  }

  /** The number of links beyond the limit. */
  get dropped(): number {
    return this.#known.size - this.links.length;
  }

  add(message: MessageLike, { creationContext, conflicts }: Extraction): void {
    if (creationContext !== undefined) this.#add(creationContext, message);
    // Counted: the list of none is frozen, and V8 makes an iterator for each loop over a frozen list.
    for (let index = 0; index < conflicts.length; index++) this.#add(conflicts[index] as SpanContext, message);
  }

  /** Whether one of the batch's messages was created in `candidate`. */
  includes(candidate: SpanContext): boolean {
    return this.#known.get(candidate) !== undefined;
  }

  /** All that {@link includes} knows, once every message is there; the same at each call. */
  ids(): SpanIds {
    return (this.#ids ??= new SpanIds(this.#known.contexts()));
  }

  #add(context: SpanContext, message: MessageLike): void {
    const link: MessageLink = { context, attributes: none };
    const known = this.#known.add(link);
    if (known !== undefined) known.attributes = none;
    else if (this.links.length < this.#limit) {
      link.attributes = messageAttributes(message, this.#tracing);
      this.links.push(link);
    }
  }
}
