// A program that sends one message and handles it.
const { Kafka } = require('kafkajs');

async function main([brokers, topic]) {
  const kafka = new Kafka({ brokers: brokers.split(','), logLevel: 1 });
  const producer = kafka.producer();
  const consumer = kafka.consumer({ groupId: `group-${topic}` });
  await producer.connect();
  await producer.send({ topic, messages: [{ value: 'v' }] });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  const handled = Promise.withResolvers();
  await consumer.run({ eachMessage: async () => handled.resolve() });
  await handled.promise;
  await consumer.disconnect();
  await producer.disconnect();
}

void main(process.argv.slice(2));
