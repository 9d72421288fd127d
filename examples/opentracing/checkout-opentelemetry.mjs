// The same piece, moved over: the active span takes the place of the span that was passed by hand.
import { context, propagation, trace } from '@opentelemetry/api';
import { withSpan } from '@tracelink/context';

/**
 * Reserves an order's article and publishes the order.
 *
 * @param send puts a kafkajs message on its topic
 */
export async function checkout({ orderId, quantity }, send) {
  await withSpan(
    'checkout',
    async () => {
      withSpan('reserve stock', () => trace.getActiveSpan().addEvent('reserved', { quantity }));

      const headers = {};
      propagation.inject(context.active(), headers);
      await send({ key: orderId, value: JSON.stringify({ orderId, quantity }), headers });
    },
    { attributes: { 'order.id': orderId } },
  );
}
