// Each way to come by a client: a namespace, a later import, a require, another copy of the library, and one that is asked for by its URL.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as namespace from 'kafkajs';

const [list, topic, first, second] = process.argv.slice(2);
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
const copy = createRequire(join(first, 'program.js'))('kafkajs');
if (copy.Kafka === namespace.Kafka) throw new Error('This is no copy.');
await send('namespace', namespace);
await send('required', createRequire(import.meta.url)('kafkajs'));
await send('copy', copy);
await send('url', (await import(pathToFileURL(join(second, 'node_modules/kafkajs/index.js')))).default);
