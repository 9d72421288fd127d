import type { Extraction } from '@tracelink/propagation';
import type { BatchScope } from './batch-scope.ts';
import type { ConsumerTracing } from './consumer-tracing.ts';
import type { MessageLike } from './kafka-client.ts';

/** A message that a wrapped consumer handed to its handler. */
export interface Delivery {
  readonly extraction: Extraction;
  readonly tracing: ConsumerTracing;
  /** The batch it came in; absent from `eachMessage`. */
  readonly batch: BatchScope | undefined;
}

/**
 * What is known of each delivered message, by the client's own message object: the object is not written to, since frameworks
 * and handlers change it at will, and the entry goes when the message does.
 */
export const deliveries: WeakMap<MessageLike, Delivery> = new WeakMap<MessageLike, Delivery>();
