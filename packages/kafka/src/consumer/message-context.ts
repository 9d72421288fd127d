import { ROOT_CONTEXT, type Context } from '@opentelemetry/api';
import { kafkaPropagation, type Extraction } from '@tracelink/propagation';
import { contained } from '../core/guard.ts';
import { deliveryOf, type Delivery } from './delivered-message.ts';

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
