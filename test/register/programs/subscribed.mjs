// Tracelink's own engine beside the flag: it makes its spans itself.
import { subscribe } from '@tracelink/kafka/subscribe';
import { Kafka } from 'kafkajs';

const [brokers, topic] = process.argv.slice(2);
const kafka = new Kafka({ brokers: brokers.split(','), logLevel: 1 });
const producer = kafka.producer();
await producer.connect();
await producer.send({ topic, messages: [{ value: 'v' }] });
await producer.disconnect();
const handled = Promise.withResolvers();
const subscription = await subscribe(kafka, {
  groupId: `group-${topic}`,
  topics: [topic],
  fromBeginning: true,
  handler: async () => handled.resolve(),
});
await handled.promise;
await subscription.drain();
