// A program that wraps its clients, with an option, though the flag is there.
import { Producer, stringSerializers } from '@platformatic/kafka';
import { wrapProducer } from '@tracelink/kafka';
import { Kafka } from 'kafkajs';

const [brokers, topic] = process.argv.slice(2);
const bootstrapBrokers = brokers.split(',');
const first = wrapProducer(new Kafka({ brokers: bootstrapBrokers, logLevel: 1 }).producer(), { semconv: '1.44' });
await first.connect();
await first.send({ topic, messages: [{ value: '1' }] });
await first.disconnect();
const own = { clientId: 'own', bootstrapBrokers, serializers: stringSerializers };
const second = wrapProducer(new Producer(own), { semconv: '1.44' });
await second.send({ messages: [{ topic, value: '2' }] });
await second.close();
