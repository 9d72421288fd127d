import type { Extraction } from '@tracelink/propagation';
import type { BatchScope } from './batch-scope.ts';
import type { ConsumerTracing } from './consumer-tracing.ts';

/** A message that a wrapped consumer handed to its handler. */
export interface Delivery {
  readonly extraction: Extraction;
  readonly tracing: ConsumerTracing;
  /** The batch it came in; absent from `eachMessage`. */
  readonly batch: BatchScope | undefined;
}

/** A constructor that returns what it is given, so that a class that extends it gives its private fields to that object. */
class Given {
  constructor(object: object) {
    return object;
  }
}

/**
 * Knows the delivery of a message by a private field on the client's own object. Nothing can see it: no key, symbol or copy of
 * the object has it, and frozen objects take it. A `WeakMap` says the same and costs five times as much for each message,
 * most of it in the garbage collector.
 */
class Known extends Given {
  #delivery: Delivery;

  constructor(message: object, delivery: Delivery) {
    super(message);
    this.#delivery = delivery;
  }

  static set(message: object, delivery: Delivery): void {
    // A client that hands an object out again: a field can be given only once.
    if (#delivery in message) message.#delivery = delivery;
    else new Known(message, delivery);
  }

  static get(message: object): Delivery | undefined {
    return #delivery in message ? message.#delivery : undefined;
  }
}

/** Remembers what is known of a message that is about to be handled, for as long as the object lives. */
export function rememberDelivery(message: object, delivery: Delivery): void {
  Known.set(message, delivery);
}

/** What is known of a message; `undefined` for one that no wrapped consumer delivered, and for what is no object. */
export function deliveryOf(message: unknown): Delivery | undefined {
  return typeof message === 'object' && message !== null ? Known.get(message) : undefined;
}
