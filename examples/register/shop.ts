import { createServer } from 'node:http';
import { Kafka, logLevel } from 'kafkajs';

const kafka = new Kafka({
  clientId: 'shop',
  brokers: (process.env['KAFKA_BROKERS'] ?? 'localhost:9092').split(','),
  logLevel: logLevel.ERROR,
});
const producer = kafka.producer();
const packing = kafka.consumer({ groupId: 'packing' });
const shipping = kafka.consumer({ groupId: 'shipping' });

async function pack(order: Buffer | null): Promise<void> {
  await producer.send({ topic: 'orders.packed', messages: [{ value: order }] });
}

async function main(): Promise<void> {
  await Promise.all([producer.connect(), packing.connect(), shipping.connect()]);
  await packing.subscribe({ topic: 'orders.placed', fromBeginning: true });
  await shipping.subscribe({ topic: 'orders.packed', fromBeginning: true });
  await packing.run({ eachMessage: ({ message }) => pack(message.value) });
  await shipping.run({ eachMessage: async ({ message }) => console.log(`shipped ${String(message.value)}`) });

  const server = createServer((_request, response) => {
    void producer.send({ topic: 'orders.placed', messages: [{ value: 'tea' }] }).then(() => response.end('placed'));
  });
  server.listen(Number(process.env['PORT'] ?? 3000), () => console.log('open'));
}

void main();
