import { wrapProducer } from '@tracelink/kafka';
import { subscribe } from '@tracelink/kafka/subscribe';

/** Sends an order, in the trace of whoever calls. */
export async function placeOrder(kafka, order) {
  const producer = wrapProducer(kafka.producer());
  await producer.connect();
  await producer.send({ topic: 'orders.placed', messages: [{ key: String(order.id), value: JSON.stringify(order) }] });
  await producer.disconnect();
}

/** Packs orders, each in the trace of its sender. */
export function packOrders(kafka, pack) {
  return subscribe(kafka, {
    groupId: 'packing',
    topics: ['orders.placed'],
    fromBeginning: true,
    handler: ({ value }) => pack(JSON.parse(String(value))),
  });
}
