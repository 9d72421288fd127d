// A shop as anyone writes it, which knows nothing of tracing: an order comes by HTTP, is packed, and is shipped.
import { createServer } from 'node:http';
import { Kafka } from 'kafkajs';

const [brokers, placed, packed] = process.argv.slice(2);
const kafka = new Kafka({ brokers: brokers.split(','), logLevel: 1 });
const producer = kafka.producer();
const packing = kafka.consumer({ groupId: `packing-${placed}` });
const shipping = kafka.consumer({ groupId: `shipping-${placed}` });
await Promise.all([producer, packing, shipping].map((client) => client.connect()));

const shipped = Promise.withResolvers();
await packing.subscribe({ topic: placed, fromBeginning: true });
await shipping.subscribe({ topic: packed, fromBeginning: true });
await packing.run({ eachMessage: async ({ message: { value } }) => void (await producer.send({ topic: packed, messages: [{ value }] })) });
await shipping.run({ eachMessage: async () => shipped.resolve() });

const server = createServer((_request, response) => {
  void producer.send({ topic: placed, messages: [{ value: 'tea' }] }).then(() => response.end('placed'));
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
await shipped.promise;
server.close();
await Promise.all([producer, packing, shipping].map((client) => client.disconnect()));
