import { randomUUID } from 'node:crypto';
import type { Logger } from '@tracelink-demo/kit';
import { withDeadline } from './deadline.ts';
import { OrdersError } from './orders-error.ts';
import type { NewOrder, Order } from './order.ts';
import type { OrderStore } from './order-store.ts';

/** What placing an order works with. */
export interface PlaceOrderParts {
  readonly store: OrderStore;
  /** Tells the others; resolves when the broker has the message. */
  readonly publish: (order: Order) => Promise<void>;
  /** How long a client waits for the broker, in milliseconds. */
  readonly brokerDeadline: number;
  readonly log: Logger;
}

/**
 * Stores an order and tells the others. When the broker does not take the message in time, the order stays in the database
 * as `unsent`, for a person or a job to send; when the message gets through after all, it becomes `placed` again.
 *
 * @throws {OrdersError} `database_unavailable`: nothing was stored for sure; `broker_unavailable`: stored, with the `orderId`
 *   in the error's data
 */
export async function placeOrder({ store, publish, brokerDeadline, log }: PlaceOrderParts, wanted: NewOrder): Promise<Order> {
  const order: Order = {
    orderId: randomUUID(),
    sku: wanted.sku,
    quantity: wanted.quantity,
    status: 'placed',
    placedAt: new Date().toISOString(),
  };
  await store.insert(order);
  const published = publish(order);
  try {
    await withDeadline(published, brokerDeadline, 'The broker did not take the order');
  } catch (cause) {
    await setAside(order.orderId);
    throw new OrdersError('broker_unavailable', 'The order is stored, but could not be sent', {
      cause,
      data: { orderId: order.orderId, status: 'unsent' },
    });
  }
  log.info({ orderId: order.orderId }, 'Order placed');
  return order;

  async function setAside(orderId: string): Promise<void> {
    try {
      // A shipment that is already there proves that the message got through.
      await store.move(orderId, ['placed'], 'unsent');
    } catch (error) {
      log.error({ error, orderId }, 'An order that was not sent still counts as placed');
    }
    published
      .then(() => store.move(orderId, ['unsent'], 'placed'))
      .then(() => log.warn({ orderId }, 'The broker took the order late'))
      .catch((error: unknown) => log.error({ error, orderId }, 'The order was not sent'));
  }
}
