import { wrapConsumer, wrapProducer } from '@tracelink/kafka';
import type { Consumer, IHeaders, Message, Producer } from 'kafkajs';
import { value, type BenchClient } from './client.ts';

/** What differs between the libraries that have kafkajs' interface. */
interface Api {
  producer(): Producer;
  consumer(): Consumer;
  subscribe(consumer: Consumer, topic: string): Promise<void>;
}

/** A library that has kafkajs' interface. @param byHand the headers of a message that tracelink does not send; new ones at each call */
export function clientOf(api: Api, engine: BenchClient['engine'], byHand: () => IHeaders): BenchClient {
  return {
    engine,
    async producer(tracing) {
      const producer = tracing === undefined ? api.producer() : wrapProducer(api.producer(), tracing);
      await producer.connect();
      const message = (index: number): Message => {
        const plain = { key: `order-${index}`, value };
        return tracing === undefined ? { ...plain, headers: byHand() } : plain;
      };
      return {
        send: (topic, messages) => producer.send({ topic, messages: Array.from({ length: messages }, (_, index) => message(index)) }),
        forward: (topic, messages) => producer.send({ topic, messages: [...messages] }),
      };
    },
    async consume(topic, tracing, handle) {
      const consumer = tracing === undefined ? api.consumer() : wrapConsumer(api.consumer(), tracing);
      await consumer.connect();
      await api.subscribe(consumer, topic);
      await consumer.run({ eachMessage: handle });
      return () => consumer.disconnect();
    },
  };
}
