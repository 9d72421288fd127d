import { setTimeout as wait } from 'node:timers/promises';
import type { Logger } from '@tracelink-demo/kit';
import type { MessageHandler } from '@tracelink/kafka/subscribe';
import type { Producer } from 'kafkajs';
import { packingCode } from './packing-code.ts';
import type { PlacedOrder } from './placed-order.ts';
import type { Stock } from './stock.ts';

/** The handler's dependencies. */
export interface OrderHandlerParts {
  readonly producer: Producer;
  readonly shipmentsTopic: string;
  readonly stock: Stock;
  /** Whether there is a shelf for the article `oversize`. */
  readonly oversizeShelf: boolean;
  readonly log: Logger;
}

/** How often an order of the article `flaky` fails before it succeeds. */
const flakyFailures = 2;

/** Milliseconds that an order of the article `slow` takes. */
const slowly = 10_000;

/** Milliseconds for which no reservation succeeds after an order of the article `outage` was placed. */
const outageLasts = 10_000;

/**
 * The handler of `orders.placed`: reserves stock, packs and announces the shipment. Safe to repeat.
 * Five articles cause failures: `flaky` fails twice, `poison` always, `oversize` until there is a shelf for it, `slow` takes ten
 * seconds, and `outage` takes the warehouse's system down for ten, for all orders.
 */
export function orderHandler({ producer, shipmentsTopic, stock, oversizeShelf, log }: OrderHandlerParts): MessageHandler<PlacedOrder> {
  let downUntil = 0;
  return async ({ timestamp, value: { orderId, sku, quantity, placedAt } }, { attempt, signal }) => {
    // By the order's own time: the outage does not start again when the order is delivered again or replayed.
    if (sku === 'outage') downUntil = Math.max(downUntil, (placedAt ?? timestamp) + outageLasts);
    if (Date.now() < downUntil) throw new Error("The warehouse's system does not answer");
    if (sku === 'poison') throw new Error('This article always fails');
    if (sku === 'oversize' && !oversizeShelf) throw new Error('No shelf is large enough for this article');
    if (sku === 'flaky' && attempt <= flakyFailures) throw new Error('The shelf of this article is locked');
    if (sku === 'slow') {
      log.info({ orderId }, 'Packing takes a while');
      await wait(slowly, undefined, { signal });
    }
    const { left } = stock.reserve(orderId, sku, quantity);
    const shipmentId = await packingCode(orderId, sku);
    await producer.send({
      topic: shipmentsTopic,
      messages: [{ key: orderId, value: JSON.stringify({ orderId, shipmentId, sku, quantity }) }],
    });
    log.info({ orderId, shipmentId, left }, 'Shipment created');
  };
}
