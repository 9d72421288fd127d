import { recordFailure, type Logger } from '@tracelink-demo/kit';
import { forEachMessage } from '@tracelink/kafka';
import type { EachBatchPayload, KafkaMessage } from 'kafkajs';
import type { OrderStore } from './order-store.ts';
import { shippedOrderId } from './shipment.ts';

/**
 * The `eachBatch` of `shipments.created`: marks each order as shipped, in that order's own trace.
 * Safe to repeat. A message that cannot be read is logged and skipped; a database that does not answer throws, so that
 * Kafka delivers the rest of the batch again.
 */
export function shipmentConsumer(store: OrderStore, log: Logger): (payload: EachBatchPayload) => Promise<void> {
  const handle = async (message: KafkaMessage): Promise<void> => {
    const orderId = shippedOrderId(message.value);
    if (orderId === undefined) {
      const error = new TypeError('The message is not a shipment');
      recordFailure(error);
      log.error({ error, offset: message.offset }, 'Message skipped');
      return;
    }
    const moved = await store.move(orderId, ['placed', 'unsent'], 'shipped');
    log.info({ orderId, offset: message.offset }, moved ? 'Order shipped' : 'No order to ship: unknown, or shipped before');
  };
  return (payload) => forEachMessage(payload, handle);
}
