import { ROOT_CONTEXT, type Context } from '@opentelemetry/api';
import { kafkaPropagation } from '@tracelink/propagation';
import { contained } from './contain.ts';
import { deliveryOf } from './delivery.ts';

/**
 * The context that a message came with: its creation context as remote parent, its baggage. For work that is to belong to
 * the message and not to the span that handles it.
 *
 * @param message a message that a wrapped consumer delivered; any other is read with the global propagator
 * @returns `ROOT_CONTEXT` where the headers carry nothing; never throws
 */
export function messageContext(message: object): Context {
  const read = () => kafkaPropagation().extract((message as { readonly headers?: unknown }).headers, '');
  const extraction = contained('reading a message', () => deliveryOf(message))?.extraction ?? contained('reading headers', read);
  return extraction?.asParent() ?? ROOT_CONTEXT;
}
