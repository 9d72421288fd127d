// A shop whose parts have changed their clients one after the other: an order goes through all three libraries.
import { createServer } from 'node:http';
import confluent from '@confluentinc/kafka-javascript';
import { Consumer, Producer, stringDeserializers, stringSerializers } from '@platformatic/kafka';
import { Kafka } from 'kafkajs';

const [list, placed, packed, shipped] = process.argv.slice(2);
const brokers = list.split(',');
const kafkajs = new Kafka({ brokers, logLevel: 1 });
const { KafkaJS } = confluent;
const librdkafka = new KafkaJS.Kafka({ kafkaJS: { brokers, logLevel: KafkaJS.logLevel.NOTHING } });
const own = { clientId: 'shipping', bootstrapBrokers: brokers };

const ordering = kafkajs.producer();
const packing = librdkafka.consumer({ kafkaJS: { groupId: `packing-${placed}`, fromBeginning: true } });
const packer = librdkafka.producer();
const shipping = new Consumer({ ...own, groupId: `shipping-${placed}`, deserializers: stringDeserializers });
const shipper = new Producer({ ...own, serializers: stringSerializers });
const billing = kafkajs.consumer({ groupId: `billing-${placed}` });
await Promise.all([ordering, packing, packer, billing].map((client) => client.connect()));

const billed = Promise.withResolvers();
await packing.subscribe({ topic: placed });
await billing.subscribe({ topic: shipped, fromBeginning: true });
await packing.run({ eachMessage: async ({ message: { value } }) => void (await packer.send({ topic: packed, messages: [{ value }] })) });
await billing.run({ eachMessage: async () => billed.resolve() });

async function ship() {
  for await (const { value } of await shipping.consume({ topics: [packed], mode: 'earliest', autocommit: false })) {
    await shipper.send({ messages: [{ topic: shipped, value }] });
    break;
  }
}

const handled = Promise.all([ship(), billed.promise]);
const server = createServer((_request, response) => {
  void ordering.send({ topic: placed, messages: [{ value: 'tea' }] }).then(() => response.end('placed'));
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
await handled;
server.close();
await Promise.all([...[ordering, packing, packer, billing].map((client) => client.disconnect()), shipping.close(true), shipper.close()]);
