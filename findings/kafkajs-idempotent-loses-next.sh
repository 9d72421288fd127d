#!/usr/bin/env bash
# kafkajs 2.2.4 on Apache Kafka 4.4.0: when one partition of an idempotent producer's request is refused, the sequence numbers of all its partitions are taken back, also
# where the message was written. The next message to such a partition is a repetition to the broker: send() resolves, with the offset of the earlier one, and the message
# is lost. It is so in transactions, too: the one after an abort commits, and its message is nowhere. A new producer writes all, the same one connected again does not.
. "$(dirname "$0")/support/kafka.sh"
install kafkajs@2.2.4
start_kafka
run <<'JS'
import kafkajs from 'kafkajs';
const kafka = new kafkajs.Kafka({ brokers: [process.env.KAFKA_BROKERS], logLevel: kafkajs.logLevel.NOTHING });
const admin = kafka.admin();
await admin.connect();
const small = { numPartitions: 1, configEntries: [{ name: 'max.message.bytes', value: '1000' }] };
for (const transactionalId of [undefined, 'finding']) {
  const topic = transactionalId ? 'invoices' : 'orders';
  const pictures = { topic: `${topic}.pictures`, ...small };
  await admin.createTopics({ topics: [{ topic, numPartitions: 1 }, pictures], waitForLeaders: true });
  const client = kafka.producer({
    idempotent: true,
    transactionalId,
    maxInFlightRequests: 1,
    createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
  });
  await client.connect();
  const producer = transactionalId ? transactions(client) : client;
  const one = (value) => ({ topic, messages: [{ value }] });
  const tooLarge = { topic: pictures.topic, messages: [{ value: 'x'.repeat(2000) }] };
  console.log(`${topic}${transactionalId ? ', in transactions' : ''}`);
  await write('  first, with a picture that is too large', producer, [one('first'), tooLarge]);
  await write('  second', producer, [one('second')]);
  await write('  third', producer, [one('third')]);
  console.log(`  read: ${(await valuesUpTo('third', topic)).join(', ')}`);
}
process.exit(0);

async function write(what, producer, topicMessages) {
  const outcome = await producer.sendBatch({ topicMessages }).then(
    ([{ baseOffset }]) => `written at offset ${baseOffset}`,
    (error) => error.type,
  );
  console.log(`${what}: ${outcome}`);
}

// A transaction for each request, which commits what is written and aborts what is refused.
function transactions(producer) {
  return {
    async sendBatch(batch) {
      const transaction = await producer.transaction();
      try {
        const written = await transaction.sendBatch(batch);
        await transaction.commit();
        return written;
      } catch (error) {
        await transaction.abort();
        throw error;
      }
    },
  };
}

async function valuesUpTo(last, topic) {
  const values = [];
  const consumer = kafka.consumer({ groupId: `reads-${topic}` });
  await consumer.connect();
  await consumer.subscribe({ topics: [topic], fromBeginning: true });
  await new Promise((resolve) => {
    void consumer.run({
      eachMessage: async ({ message }) => {
        values.push(String(message.value));
        if (values.at(-1) === last) resolve();
      },
    });
  });
  await consumer.disconnect();
  return values;
}
JS
expect 'orders
  first, with a picture that is too large: MESSAGE_TOO_LARGE
  second: written at offset 0
  third: written at offset 1
  read: first, third
invoices, in transactions
  first, with a picture that is too large: MESSAGE_TOO_LARGE
  second: written at offset 0
  third: written at offset 3
  read: third'
