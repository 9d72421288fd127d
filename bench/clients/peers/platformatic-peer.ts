import { Consumer, Producer, stringDeserializer, stringSerializer } from '@platformatic/kafka';
import { fetchBytes, newGroupId, originHeader, value, type BenchClient } from '../client.ts';
import { requirePeer } from './peer-packages.ts';

/** What a loop has to call for its messages to have spans. */
interface Instrumentation {
  readonly processWithTracing: <M>(message: M, handler: () => Promise<void>) => Promise<void>;
}

/**
 * Platformatic's client as its users write it beside Platformatic's instrumentation: that writes and reads headers in text, so without
 * serializers and deserializers of text it would begin a trace at each message.
 */
export function platformaticPeer(brokers: readonly string[]): BenchClient {
  const { processWithTracing } = requirePeer('@platformatic/kafka-opentelemetry') as Instrumentation;
  const options = { clientId: 'bench', bootstrapBrokers: [...brokers] };
  const serializers = { headerKey: stringSerializer, headerValue: stringSerializer };
  const deserializers = { headerKey: stringDeserializer, headerValue: stringDeserializer };
  return {
    engine: undefined,
    async producer() {
      const producer = new Producer<Buffer, Buffer, string, string>({ ...options, serializers });
      const message = (topic: string, index: number) => ({
        topic,
        key: Buffer.from(`order-${index}`),
        value,
        headers: originHeader(),
      });
      return {
        send: (topic, messages) => producer.send({ messages: Array.from({ length: messages }, (_, index) => message(topic, index)) }),
      };
    },
    async consume(topic, _, handle) {
      const group = { groupId: newGroupId(), maxBytesPerPartition: fetchBytes };
      const consumer = new Consumer<Buffer, Buffer, string, string>({ ...options, ...group, deserializers });
      const stream = await consumer.consume({ topics: [topic], mode: 'earliest' });
      const running = (async () => {
        for await (const message of stream) await processWithTracing(message, handle);
      })();
      return async () => {
        await consumer.close(true);
        await running;
      };
    },
  };
}
