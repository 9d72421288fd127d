// The same with Confluent's client, whose CommonJS has no names that an ES module could import.
import { createServer } from 'node:http';
import confluent from '@confluentinc/kafka-javascript';

const { Kafka, logLevel } = confluent.KafkaJS;
const [brokers, placed, packed] = process.argv.slice(2);
const kafka = new Kafka({ kafkaJS: { brokers: brokers.split(','), logLevel: logLevel.NOTHING } });
const producer = kafka.producer();
const packing = kafka.consumer({ kafkaJS: { groupId: `packing-${placed}`, fromBeginning: true } });
const shipping = kafka.consumer({ kafkaJS: { groupId: `shipping-${placed}`, fromBeginning: true } });
await Promise.all([producer, packing, shipping].map((client) => client.connect()));

const shipped = Promise.withResolvers();
await packing.subscribe({ topic: placed });
await shipping.subscribe({ topic: packed });
await packing.run({ eachMessage: async ({ message: { value } }) => void (await producer.send({ topic: packed, messages: [{ value }] })) });
await shipping.run({ eachMessage: async () => shipped.resolve() });

const server = createServer((_request, response) => {
  void producer.send({ topic: placed, messages: [{ value: 'tea' }] }).then(() => response.end('placed'));
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
await shipped.promise;
server.close();
await Promise.all([producer, packing, shipping].map((client) => client.disconnect()));
