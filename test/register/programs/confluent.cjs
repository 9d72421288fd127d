// The same with Confluent's client.
const { KafkaJS } = require('@confluentinc/kafka-javascript');

async function main([brokers, topic]) {
  const kafka = new KafkaJS.Kafka({ kafkaJS: { brokers: brokers.split(','), logLevel: KafkaJS.logLevel.NOTHING } });
  const producer = kafka.producer();
  const consumer = kafka.consumer({ kafkaJS: { groupId: `group-${topic}`, fromBeginning: true } });
  await producer.connect();
  await producer.send({ topic, messages: [{ value: 'v' }] });
  await consumer.connect();
  await consumer.subscribe({ topic });
  const handled = Promise.withResolvers();
  await consumer.run({ eachMessage: async () => handled.resolve() });
  await handled.promise;
  await consumer.disconnect();
  await producer.disconnect();
}

void main(process.argv.slice(2));
