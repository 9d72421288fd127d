// Each way to come by a client: a namespace, a later import, a require, and another copy of the library.
import { createRequire } from 'node:module';
import * as namespace from 'kafkajs';

const [list, topic, elsewhere] = process.argv.slice(2);
const brokers = list.split(',');

async function send(key, { Kafka }) {
  const producer = new Kafka({ brokers, logLevel: 1 }).producer();
  await producer.connect();
  await producer.send({ topic, messages: [{ key, value: 'v' }] });
  await producer.disconnect();
}

const { Producer, stringSerializers } = await import('@platformatic/kafka');
const producer = new Producer({ clientId: 'own', bootstrapBrokers: brokers, serializers: stringSerializers });
await producer.send({ messages: [{ topic, key: 'later', value: 'v' }] });
await producer.close();
const copy = createRequire(elsewhere)('kafkajs');
if (copy.Kafka === namespace.Kafka) throw new Error('This is no copy.');
await send('namespace', namespace);
await send('required', createRequire(import.meta.url)('kafkajs'));
await send('copy', copy);
