// The same in CommonJS, where classes may extend those of a client.
const { createServer } = require('node:http');
const { Kafka } = require('kafkajs');

class OwnKafka extends Kafka {}

async function main([brokers, placed, packed]) {
  const kafka = new OwnKafka({ brokers: brokers.split(','), logLevel: 1 });
  const producer = kafka.producer();
  const packing = kafka.consumer({ groupId: `packing-${placed}` });
  const shipping = kafka.consumer({ groupId: `shipping-${placed}` });
  await Promise.all([producer, packing, shipping].map((client) => client.connect()));

  const shipped = Promise.withResolvers();
  await packing.subscribe({ topic: placed, fromBeginning: true });
  await shipping.subscribe({ topic: packed, fromBeginning: true });
  await packing.run({
    eachMessage: async ({ message: { value } }) => void (await producer.send({ topic: packed, messages: [{ value }] })),
  });
  await shipping.run({ eachMessage: async () => shipped.resolve() });

  const server = createServer((_request, response) => {
    void producer.send({ topic: placed, messages: [{ value: 'tea' }] }).then(() => response.end('placed'));
  });
  server.listen(0, '127.0.0.1', () => console.log(server.address().port));
  await shipped.promise;
  server.close();
  await Promise.all([producer, packing, shipping].map((client) => client.disconnect()));
}

void main(process.argv.slice(2));
