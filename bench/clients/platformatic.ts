import * as library from '@platformatic/kafka';
import { forEachMessage, wrapConsumer, wrapProducer } from '@tracelink/kafka';
import { fetchBytes, newGroupId, sameHeaders, value, type BenchClient, type Forwarded } from './client.ts';

const b3 = Buffer.from('b3');
const origin = Buffer.from('tracelink-origin');

type Sent = library.MessageToProduce;

function forwarded(topic: string, { key, value: sent, headers }: Forwarded): Sent {
  const message: Sent = { topic, value: sent };
  if (key !== null) message.key = key;
  if (headers !== undefined)
    message.headers = new Map(Object.entries(headers).map(([name, text]) => [Buffer.from(name), Buffer.from(text)]));
  return message;
}

/** Platformatic's client, with the bytes that it takes and gives by default. */
export function platformatic(brokers: readonly string[]): BenchClient {
  const options = { clientId: 'bench', bootstrapBrokers: [...brokers] };
  const consumerOptions = { maxBytesPerPartition: fetchBytes };
  return {
    engine: [{ library, options }, consumerOptions],
    async producer(tracing) {
      const bare = new library.Producer(options);
      const producer = tracing === undefined ? bare : wrapProducer(bare, tracing);
      const message = (topic: string, index: number): Parameters<typeof producer.send>[0]['messages'][number] => {
        const plain = { topic, key: Buffer.from(`order-${index}`), value };
        if (tracing !== undefined) return plain;
        const headers = sameHeaders();
        return {
          ...plain,
          headers: new Map([
            [b3, Buffer.from(headers.b3)],
            [origin, Buffer.from(headers['tracelink-origin'])],
          ]),
        };
      };
      return {
        send: (topic, messages) => producer.send({ messages: Array.from({ length: messages }, (_, index) => message(topic, index)) }),
        forward: (topic, messages) => producer.send({ messages: messages.map((message) => forwarded(topic, message)) }),
      };
    },
    async consume(topic, tracing, handle) {
      const bare = new library.Consumer({ ...options, ...consumerOptions, groupId: newGroupId() });
      const consumer = tracing === undefined ? bare : wrapConsumer(bare, tracing);
      const stream = await consumer.consume({ topics: [topic], mode: 'earliest' });
      const loop = async (): Promise<void> => {
        for await (const _ of stream) await handle();
      };
      const running = tracing === undefined ? loop() : forEachMessage(stream, handle);
      return async () => {
        await consumer.close(true);
        await running;
      };
    },
  };
}
