import { wrapProducer } from '@tracelink/kafka';
import { subscribe, type Subscription } from '@tracelink/kafka/subscribe';
import type { Kafka } from 'kafkajs';

export interface Order {
  readonly id: number;
}

/** Sends an order, in the trace of whoever calls. */
export async function placeOrder(kafka: Kafka, order: Order): Promise<void> {
  const producer = wrapProducer(kafka.producer());
  await producer.connect();
  await producer.send({ topic: 'orders.placed', messages: [{ key: String(order.id), value: JSON.stringify(order) }] });
  await producer.disconnect();
}

/** Packs orders, each in the trace of its sender. */
export function packOrders(kafka: Kafka, pack: (order: Order) => unknown): Promise<Subscription> {
  return subscribe(kafka, {
    groupId: 'packing',
    topics: ['orders.placed'],
    fromBeginning: true,
    handler: ({ value }) => pack(JSON.parse(String(value))),
  });
}
