import { recordFailure, type InFlight, type Logger } from '@tracelink-demo/kit';
import type { EachMessagePayload, Producer } from 'kafkajs';
import { packingCode } from './packing-code.ts';
import { placedOrder } from './placed-order.ts';
import type { Stock } from './stock.ts';

/** What the consumer of orders works with. */
export interface OrderConsumerParts {
  readonly producer: Producer;
  readonly shipmentsTopic: string;
  readonly stock: Stock;
  /** Gets the message that is being worked on. */
  readonly inFlight: InFlight;
  readonly log: Logger;
}

/** The article whose orders fail at their first delivery, to show what a failure and its repetition look like in a trace. */
const flakySku = 'flaky';

/**
 * The `eachMessage` of `orders.placed`: reserves stock, packs and tells the others that a shipment is on its way.
 * Safe to repeat. A message that cannot be read is logged and skipped; what throws is delivered again by kafkajs.
 */
export function orderConsumer({
  producer,
  shipmentsTopic,
  stock,
  inFlight,
  log,
}: OrderConsumerParts): (payload: EachMessagePayload) => Promise<void> {
  const failedOnce = new Set<string>();

  const handle = async ({ message }: EachMessagePayload): Promise<void> => {
    const order = placedOrder(message.value);
    if (order === undefined) {
      const error = new TypeError('The message is not an order');
      recordFailure(error);
      log.error({ error, offset: message.offset }, 'Message skipped');
      return;
    }
    const { orderId, sku, quantity } = order;
    // Forgotten at the redelivery, so that the set holds only the orders that are between their two deliveries.
    if (sku === flakySku && !failedOnce.delete(orderId)) {
      failedOnce.add(orderId);
      throw new Error('The shelf of this article is locked');
    }
    const { left } = stock.reserve(orderId, sku, quantity);
    const shipmentId = await packingCode(orderId, sku);
    await producer.send({
      topic: shipmentsTopic,
      messages: [{ key: orderId, value: JSON.stringify({ orderId, shipmentId, sku, quantity }) }],
    });
    log.info({ orderId, shipmentId, left }, 'Shipment created');
  };
  return (payload) => inFlight.run(`${payload.topic}[${payload.partition}]@${payload.message.offset}`, () => handle(payload));
}
