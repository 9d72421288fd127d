import type { Attributes } from '@opentelemetry/api';
import type { Operation } from './semconv.ts';

/** More topics than a service has; with ever new names the cache is cleared instead of growing. */
const MAX_TOPICS = 1_000;

/** The attributes that all spans or metrics of one operation on one topic share, made once while `identity` stays the same. */
export class AttributeCache {
  readonly #make: (operation: Operation, topic: string | undefined) => Attributes;
  readonly #byOperation = new Map<Operation, Map<string | undefined, Attributes>>();
  #identity: Attributes | undefined;

  constructor(make: (operation: Operation, topic: string | undefined) => Attributes) {
    this.#make = make;
  }

  /** The shared object itself: a caller that adds to it copies it first. */
  get(operation: Operation, topic: string | undefined, identity: Attributes): Attributes {
    if (this.#identity !== identity) {
      this.#byOperation.clear();
      this.#identity = identity;
    }
    let byTopic = this.#byOperation.get(operation);
    if (byTopic === undefined) this.#byOperation.set(operation, (byTopic = new Map()));
    let attributes = byTopic.get(topic);
    if (attributes === undefined) {
      if (byTopic.size >= MAX_TOPICS) byTopic.clear();
      byTopic.set(topic, (attributes = this.#make(operation, topic)));
    }
    return attributes;
  }
}
