// A program that starts its SDK in its own code, after its producer is made.
const { Kafka } = require('kafkajs');

async function main([brokers, topic]) {
  const producer = new Kafka({ brokers: brokers.split(','), logLevel: 1 }).producer();
  const { startTracing } = require('@tracelink/sdk');
  const tracing = startTracing({ instrumentations: [] });
  await producer.connect();
  await producer.send({ topic, messages: [{ value: 'v' }] });
  await producer.disconnect();
  await tracing.shutdown();
}

void main(process.argv.slice(2));
