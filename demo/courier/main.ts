// A program of another team. It knows kafkajs, and nothing of tracelink: it announces each shipment to a courier, with all headers that the
// shipment had.
import { Kafka, logLevel } from 'kafkajs';

const [source, target] = ['shipments.created', 'parcels.announced'];
const kafka = new Kafka({ clientId: 'courier', brokers: (process.env['KAFKA_BROKERS'] ?? '').split(','), logLevel: logLevel.ERROR });
const [admin, producer] = [kafka.admin(), kafka.producer()];
const consumer = kafka.consumer({ groupId: 'courier', sessionTimeout: 6_000, maxWaitTimeInMs: 100 });

process.once('SIGTERM', () => {
  void (async () => {
    await consumer.disconnect();
    await producer.disconnect();
  })();
});

await admin.connect();
await admin.createTopics({ topics: [{ topic: target, numPartitions: 1 }], waitForLeaders: true });
await admin.disconnect();
await producer.connect();
await consumer.connect();
consumer.on(consumer.events.GROUP_JOIN, () => log('Ready'));
await consumer.subscribe({ topic: source, fromBeginning: true });
await consumer.run({
  eachMessage: async ({ message: { key, value, headers = {} } }) => {
    // As they came: that is the mistake.
    await producer.send({ topic: target, messages: [{ key, value, headers }] });
    log('Announced', { orderId: String(key) });
  },
});

function log(msg: string, fields: Readonly<Record<string, string>> = {}): void {
  process.stdout.write(`${JSON.stringify({ msg, ...fields })}\n`);
}
