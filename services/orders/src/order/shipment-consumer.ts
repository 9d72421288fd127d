import { recordFailure, type InFlight, type Logger } from '@tracelink-demo/kit';
import { forEachMessage } from '@tracelink/kafka';
import type { EachBatchPayload, KafkaMessage } from 'kafkajs';
import { isOrderId } from './order.ts';
import type { OrderStore } from './order-store.ts';

/** The dependencies of the consumer of shipments. */
export interface ShipmentConsumerParts {
  readonly store: OrderStore;
  /** Tracks the message in flight. */
  readonly inFlight: InFlight;
  readonly log: Logger;
}

/**
 * The `eachBatch` of `shipments.created`: marks each order as shipped, in that order's own trace.
 * Safe to repeat. A message that cannot be read is logged and skipped; a database that does not answer throws, so that
 * Kafka delivers the rest of the batch again.
 */
export function shipmentConsumer({ store, inFlight, log }: ShipmentConsumerParts): (payload: EachBatchPayload) => Promise<void> {
  const handle = async (message: KafkaMessage): Promise<void> => {
    const orderId = shippedOrderId(message.value);
    if (orderId === undefined) {
      const error = new TypeError('The message is not a shipment');
      recordFailure(error);
      log.error({ error, offset: message.offset }, 'Message skipped');
      return;
    }
    const moved = await store.ship(orderId);
    log.info({ orderId, offset: message.offset }, moved ? 'Order shipped' : 'No order to ship: unknown, or shipped before');
  };
  return (payload) => {
    const { topic, partition } = payload.batch;
    return forEachMessage(payload, (message) => inFlight.run(`${topic}[${partition}]@${message.offset}`, () => handle(message)));
  };
}

/** The order of a message of `shipments.created`; `undefined` when the message is not a shipment. */
function shippedOrderId(value: Buffer | null): string | undefined {
  if (value === null) return undefined;
  try {
    const shipment: unknown = JSON.parse(value.toString());
    if (typeof shipment !== 'object' || shipment === null || !('orderId' in shipment)) return undefined;
    const { orderId } = shipment;
    return isOrderId(orderId) ? orderId : undefined;
  } catch {
    return undefined;
  }
}
