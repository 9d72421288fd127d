import type { Producer } from 'kafkajs';
import { connectOnce } from './connect-once.ts';
import type { Order } from './order.ts';

/**
 * Publishes orders as JSON under their id, so that all messages of one order keep their order.
 * Connects at the first message: the service answers requests while its broker is still down.
 */
export function orderPublisher(producer: Producer, topic: string): (order: Order) => Promise<void> {
  const connected = connectOnce(producer);
  return async ({ orderId, sku, quantity, placedAt }) => {
    await connected();
    await producer.send({ topic, messages: [{ key: orderId, value: JSON.stringify({ orderId, sku, quantity, placedAt }) }] });
  };
}
