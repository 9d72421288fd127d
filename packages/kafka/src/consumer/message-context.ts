import { ROOT_CONTEXT, type Context } from '@opentelemetry/api';
import { kafkaPropagation, type Extraction } from '@tracelink/propagation';
import { contained } from '../core/guard.ts';
import { deliveryOf, type Delivery } from './delivered-message.ts';

/**
 * The context that a message came with: its creation context as remote parent, its baggage. For work that is to belong to
 * the message and not to the span that handles it. It reads the headers also where no tracer provider is registered, as it was
 * asked to.
 *
 * @param message a message that a wrapped consumer delivered, read as its options say; any other is read with the global propagator
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
