import { randomUUID } from 'node:crypto';
import type { Logger } from '@tracelink-demo/kit';
import type { BackgroundTasks } from '@tracelink/context';
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
  /** Starts what is done about an order after the answer, whether or not it could be sent. */
  readonly audit: (order: Order) => void;
  /** Waits for messages that the broker may still take when the client has been answered. */
  readonly lateOrders: BackgroundTasks;
  readonly log: Logger;
}

/**
 * Stores an order and tells the others. When the broker does not take the message in time, the order stays in the database
 * as `unsent`, for a person or a job to send; when the message gets through after all, it becomes `placed` again.
 *
 * @throws {OrdersError} `database_unavailable`: nothing was stored for sure; `broker_unavailable`: stored, with the `orderId`
 *   in the error's data
 */
export async function placeOrder(parts: PlaceOrderParts, wanted: NewOrder): Promise<Order> {
  const { store, publish, brokerDeadline, audit, lateOrders, log } = parts;
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
  } finally {
    audit(order);
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
    lateOrders.run('late order', async () => {
      try {
        await published;
      } catch (cause) {
        throw new OrdersError('broker_unavailable', 'The order was not sent', { cause, data: { orderId, status: 'unsent' } });
      }
      await store.move(orderId, ['unsent'], 'placed');
      log.warn({ orderId }, 'The broker took the order late');
    });
  }
}
