// The same in CommonJS.
const { createServer } = require('node:http');
const { Kafka, logLevel } = require('@confluentinc/kafka-javascript').KafkaJS;

async function main([brokers, placed, packed]) {
  const kafka = new Kafka({ kafkaJS: { brokers: brokers.split(','), logLevel: logLevel.NOTHING } });
  const producer = kafka.producer();
  const packing = kafka.consumer({ kafkaJS: { groupId: `packing-${placed}`, fromBeginning: true } });
  const shipping = kafka.consumer({ kafkaJS: { groupId: `shipping-${placed}`, fromBeginning: true } });
  await Promise.all([producer, packing, shipping].map((client) => client.connect()));

  const shipped = Promise.withResolvers();
  await packing.subscribe({ topic: placed });
  await shipping.subscribe({ topic: packed });
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
