import { setTimeout as wait } from 'node:timers/promises';
import type { Logger } from '@tracelink-demo/kit';
import type { MessageHandler } from '@tracelink/kafka';
import type { Producer } from 'kafkajs';
import { packingCode } from './packing-code.ts';
import type { PlacedOrder } from './placed-order.ts';
import type { Stock } from './stock.ts';

/** What handling an order works with. */
export interface OrderHandlerParts {
  readonly producer: Producer;
  readonly shipmentsTopic: string;
  readonly stock: Stock;
  readonly log: Logger;
}

/** How often an order of the article `flaky` fails before it succeeds. */
const flakyFailures = 2;

/** Milliseconds that an order of the article `slow` takes. */
const slowly = 10_000;

/**
 * The handler of `orders.placed`: reserves stock, packs and tells the others that a shipment is on its way. Safe to repeat.
 * Three articles show what else can happen: `flaky` fails twice, `poison` always, `slow` takes ten seconds.
 */
export function orderHandler({ producer, shipmentsTopic, stock, log }: OrderHandlerParts): MessageHandler<PlacedOrder> {
  return async ({ value: { orderId, sku, quantity } }, { attempt, signal }) => {
    if (sku === 'poison') throw new Error('Nobody touches this article');
    if (sku === 'flaky' && attempt <= flakyFailures) throw new Error('The shelf of this article is locked');
    if (sku === 'slow') await wait(slowly, undefined, { signal });
    const { left } = stock.reserve(orderId, sku, quantity);
    const shipmentId = await packingCode(orderId, sku);
    await producer.send({
      topic: shipmentsTopic,
      messages: [{ key: orderId, value: JSON.stringify({ orderId, shipmentId, sku, quantity }) }],
    });
    log.info({ orderId, shipmentId, left }, 'Shipment created');
  };
}
