import { unpatched } from '../port/delegate.ts';
import type { ProducerAdapter, SenderPort, TransactionPort } from '../port/producer-adapter.ts';

interface Producer extends SenderPort {
  transaction?(): Promise<TransactionPort>;
}

/** Producers of kafkajs, and whatever has their shape. The port is made after them, so there is nothing to bring to it. */
export const kafkajsProducer: ProducerAdapter = {
  fits(producer) {
    const { send, sendBatch } = producer as Partial<Producer>;
    return typeof send === 'function' && typeof sendBatch === 'function';
  },
  traced(client, trace) {
    const producer = client as Producer;
    const sender = trace.sender(producer);
    if (typeof producer.transaction !== 'function') return sender;
    const begin = unpatched<Producer, 'transaction'>(producer, 'transaction', () => trace.isTraced()) as () => Promise<TransactionPort>;
    return { ...sender, transaction: async (...args: []) => trace.transaction(await begin(...args)) };
  },
};
