import { randomUUID } from 'node:crypto';
import type { Logger } from '@tracelink-demo/kit';
import type { Outbox, PgQueryable } from '@tracelink/kafka/outbox';
import type { NewOrder, Order } from './order.ts';
import type { OrderStore } from './order-store.ts';

/** The dependencies of placing an order. */
export interface PlaceOrderParts {
  readonly store: OrderStore;
  readonly announce: AnnounceOrder;
  /** Starts the work that follows a stored order; the client does not wait for it. */
  readonly afterwards: (order: Order) => void;
  readonly log: Logger;
}

/**
 * Stores an order, and with it the message that announces it: it needs the database only.
 *
 * @throws {OrdersError} `database_unavailable`: neither was stored, unless the database committed and its answer was lost
 */
export async function placeOrder({ store, announce, afterwards, log }: PlaceOrderParts, wanted: NewOrder): Promise<Order> {
  const order: Order = {
    orderId: randomUUID(),
    sku: wanted.sku,
    quantity: wanted.quantity,
    status: 'placed',
    placedAt: new Date().toISOString(),
  };
  await store.insert(order, (client) => announce(client, order));
  afterwards(order);
  log.info({ orderId: order.orderId }, 'Order placed');
  return order;
}

/** Writes, in the transaction of an order, the message that announces it. */
export type AnnounceOrder = (client: PgQueryable, order: Order) => Promise<void>;

/** Announces orders as JSON under their id, so that all messages of one order keep their order. The outbox's relay sends them. */
export function announceOrder(outbox: Pick<Outbox, 'add'>, topic: string): AnnounceOrder {
  return (client, { orderId, sku, quantity, placedAt }) =>
    outbox.add(client, { topic, messages: [{ key: orderId, value: JSON.stringify({ orderId, sku, quantity, placedAt }) }] });
}
