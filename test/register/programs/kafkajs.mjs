// An application as anyone writes it, which knows nothing of tracing: it sends a message and handles it.
import { Kafka } from 'kafkajs';

const [brokers, topic] = process.argv.slice(2);
const kafka = new Kafka({ brokers: brokers.split(','), logLevel: 1 });
const producer = kafka.producer();
const consumer = kafka.consumer({ groupId: `group-${topic}` });
await producer.connect();
await producer.send({ topic, messages: [{ value: 'v' }] });
await consumer.connect();
await consumer.subscribe({ topic, fromBeginning: true });
const handled = Promise.withResolvers();
await consumer.run({ eachMessage: async () => handled.resolve() });
await handled.promise;
await consumer.disconnect();
await producer.disconnect();
