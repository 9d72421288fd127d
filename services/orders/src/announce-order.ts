import type { Outbox, PgQueryable } from '@tracelink/kafka/outbox';
import type { Order } from './order.ts';

/** Writes, in the transaction of an order, the message that announces it. */
export type AnnounceOrder = (client: PgQueryable, order: Order) => Promise<void>;

/** Announces orders as JSON under their id, so that all messages of one order keep their order. The outbox's relay sends them. */
export function announceOrder(outbox: Pick<Outbox, 'add'>, topic: string): AnnounceOrder {
  return (client, { orderId, sku, quantity, placedAt }) =>
    outbox.add(client, { topic, messages: [{ key: orderId, value: JSON.stringify({ orderId, sku, quantity, placedAt }) }] });
}
