import { type Extraction, kafkaPropagation } from '@tracelink/propagation';
import type { BatchScope } from '../telemetry/batch-scope.ts';
import type { ConsumerTracing } from './consumer-telemetry.ts';
import { ROOT_CONTEXT, type Context } from '@opentelemetry/api';
import { processWide } from '@tracelink/context/internal';
import { guard } from '../core/guard.ts';

/** The scope of a batch that a wrapped consumer delivered. */
export interface DeliveredBatch extends BatchScope {
  /** The consumer's: its options apply to the batch's messages. */
  readonly tracing: ConsumerTracing;
}

/** The source of a message: one object for all messages of a batch, or of an `eachMessage`. */
export interface DeliverySource {
  readonly tracing: ConsumerTracing;
  /** How to read the headers of its messages on request, when they were not read because there is no tracer provider. */
  readonly topic?: string;
  /** The batch's scope, once its span has started; absent in `eachMessage`. */
  batch: DeliveredBatch | undefined;
}

interface HasCommit {
  readonly commitOffsetsIfNecessary: object;
}

/** A message that a wrapped consumer passed to its handler. */
export interface KnownDelivery {
  /** `undefined` when the headers were not read. */
  readonly extraction: Extraction | undefined;
  readonly source: DeliverySource;
}

/**
 * A constructor that returns its argument, so that a class that extends it adds its private fields to that object. It extends `null`, as
 * one that extends nothing makes an object for each message before it is asked what to return.
 */
class Given extends null {
  constructor(object: object) {
    return object;
  }
}

/**
 * Records the delivery of a message in private fields of the client's own object. They are invisible: no key, symbol or copy of
 * the object has them, and frozen objects accept them. A `WeakMap` does the same and costs five times as much for each
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
      // A client delivers the same object again: a private field can be added only once.
      message.#extraction = extraction;
      message.#source = source;
    } else new Known(message, extraction, source);
  }

  static get(message: object): KnownDelivery | undefined {
    return #extraction in message ? { extraction: message.#extraction, source: message.#source } : undefined;
  }
}

/** Of all copies of this package: what one delivers, `forEachMessage` and `messageContext` of another know. */
const deliveries = processWide('@tracelink/kafka.deliveries.1', () => Known);

/** Records the delivery of a message before it is handled, for as long as the object lives. */
export function rememberDelivery(message: object, extraction: Extraction | undefined, source: DeliverySource): void {
  deliveries.set(message, extraction, source);
}

/** The recorded delivery of a message; `undefined` when no wrapped consumer delivered it, and for a value that is no object. */
export function deliveryOf(message: unknown): KnownDelivery | undefined {
  return typeof message === 'object' && message !== null ? deliveries.get(message) : undefined;
}

/** By the payload's method that commits: each payload has one of its own, and so has a copy with other messages in it. */
const batches = processWide('@tracelink/kafka.batches.1', () => new WeakMap<object, DeliveredBatch>());

/** Records to which batch a payload belongs, before it is handled: of copies of its messages nothing else says so without an SDK. */
export function rememberBatch({ commitOffsetsIfNecessary }: HasCommit, batch: DeliveredBatch): void {
  batches.set(commitOffsetsIfNecessary, batch);
}

/** The batch of a payload or of a copy of it; `undefined` when no wrapped consumer delivered it. */
export function batchOf({ commitOffsetsIfNecessary }: HasCommit): DeliveredBatch | undefined {
  return batches.get(commitOffsetsIfNecessary);
}

/**
 * Returns the context of a message: its creation context as remote parent, and its baggage. Use it for work that belongs to the
 * message and outlives its handler's span. It reads the headers also without a tracer provider.
 *
 * @param message a message that a wrapped consumer or `subscribe` delivered: the consumer's options apply. Any other message is read with
 *   the global propagator
 * @returns `ROOT_CONTEXT` when the headers carry no context; never throws
 */
export function messageContext(message: object): Context {
  const delivery = guard('reading a message', () => deliveryOf(message));
  return (delivery?.extraction ?? guard('reading headers', () => read(message, delivery)))?.asParent() ?? ROOT_CONTEXT;
}

function read(message: object, delivery: KnownDelivery | undefined): Extraction {
  const propagation = delivery?.source.tracing.propagation ?? kafkaPropagation();
  return propagation.extract((message as { readonly headers?: unknown }).headers, delivery?.source.topic ?? '');
}
