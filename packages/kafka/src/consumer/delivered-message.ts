import { type Extraction, kafkaPropagation } from '@tracelink/propagation';
import type { BatchScope } from '../telemetry/batch-scope.ts';
import type { ConsumerTracing } from './consumer-telemetry.ts';
import { ROOT_CONTEXT, type Context } from '@opentelemetry/api';
import { contained } from '../core/guard.ts';

/** Where a message came from: one object for all messages of a batch, or of an `eachMessage`. */
export interface DeliverySource {
  readonly tracing: ConsumerTracing;
  /** Where the headers of its messages were not read, as no one made spans: what to read them by, when someone asks. */
  readonly topic?: string;
  /** The batch's scope, once its span has started; absent from `eachMessage`. */
  batch: BatchScope | undefined;
}

/** A message that a wrapped consumer handed to its handler. */
export interface Delivery {
  /** `undefined` where the headers were not read. */
  readonly extraction: Extraction | undefined;
  readonly source: DeliverySource;
}

/** A constructor that returns what it is given, so that a class that extends it gives its private fields to that object. */
class Given {
  constructor(object: object) {
    return object;
  }
}

/**
 * Knows the delivery of a message by private fields on the client's own object. Nothing can see them: no key, symbol or copy
 * of the object has them, and frozen objects take them. A `WeakMap` says the same and costs five times as much for each
 * message, most of it in the garbage collector.
 */
class Known extends Given {
  #extraction: Extraction | undefined;
  #source: DeliverySource;

  constructor(message: object, extraction: Extraction | undefined, source: DeliverySource) {
    super(message);
    this.#extraction = extraction;
    this.#source = source;
  }

  static set(message: object, extraction: Extraction | undefined, source: DeliverySource): void {
    if (#extraction in message) {
      // A client that hands an object out again: a field can be given only once.
      message.#extraction = extraction;
      message.#source = source;
    } else new Known(message, extraction, source);
  }

  static get(message: object): Delivery | undefined {
    return #extraction in message ? { extraction: message.#extraction, source: message.#source } : undefined;
  }
}

/** Remembers what is known of a message that is about to be handled, for as long as the object lives. */
export function rememberDelivery(message: object, extraction: Extraction | undefined, source: DeliverySource): void {
  Known.set(message, extraction, source);
}

/** What is known of a message; `undefined` for one that no wrapped consumer delivered, and for what is no object. */
export function deliveryOf(message: unknown): Delivery | undefined {
  return typeof message === 'object' && message !== null ? Known.get(message) : undefined;
}

/**
 * Returns the context that a message came with: its creation context as remote parent, and its baggage. Use it for work that belongs to the
 * message and outlives its handler's span. It reads the headers also without a tracer provider.
 *
 * @param message a message that a wrapped consumer or `subscribe` delivered: the consumer's options apply. Any other message is read with
 *   the global propagator
 * @returns `ROOT_CONTEXT` where the headers carry nothing; never throws
 */
export function messageContext(message: object): Context {
  const delivery = contained('reading a message', () => deliveryOf(message));
  return (delivery?.extraction ?? contained('reading headers', () => read(message, delivery)))?.asParent() ?? ROOT_CONTEXT;
}

function read(message: object, delivery: Delivery | undefined): Extraction {
  const propagation = delivery?.source.tracing.propagation ?? kafkaPropagation();
  return propagation.extract((message as { readonly headers?: unknown }).headers, delivery?.source.topic ?? '');
}
