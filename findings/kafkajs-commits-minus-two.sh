#!/usr/bin/env bash
# kafkajs 2.2.4 on Apache Kafka 4.4.0: a group whose committed offset is out of range gets a committed offset of -2 (fromBeginning) or -1, before a record is
# handled, with autoCommit: false, and without a COMMIT_OFFSETS event. Tools that subtract a committed offset from an end count too much.
. "$(dirname "$0")/support/kafka.sh"
install kafkajs@2.2.4
start_kafka
run <<'JS'
import kafkajs from 'kafkajs';
const kafka = new kafkajs.Kafka({ brokers: [process.env.KAFKA_BROKERS], logLevel: kafkajs.logLevel.NOTHING });
const admin = kafka.admin();
const producer = kafka.producer();
await admin.connect();
await producer.connect();
for (const fromBeginning of [true, false]) {
  const topic = `topic-${fromBeginning}`;
  const groupId = `group-${fromBeginning}`;
  await admin.createTopics({ topics: [{ topic, numPartitions: 1 }], waitForLeaders: true });
  await producer.send({ topic, messages: Array.from({ length: 10 }, () => ({ value: 'x' })) });
  await admin.setOffsets({ groupId, topic, partitions: [{ partition: 0, offset: '2' }] });
  await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '7' }] });
  const consumer = kafka.consumer({ groupId });
  let events = 0;
  consumer.on(consumer.events.COMMIT_OFFSETS, () => events++);
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning });
  await consumer.run({ autoCommit: false, eachMessage: async () => {} });
  const committed = async () => (await admin.fetchOffsets({ groupId, topics: [topic] }))[0].partitions[0].offset;
  const until = Date.now() + 30_000;
  while ((await committed()) === '2' && Date.now() < until) await new Promise((resolve) => setTimeout(resolve, 100));
  console.log(`fromBeginning ${fromBeginning}: committed ${await committed()}, ${events} events`);
  await consumer.disconnect();
}
process.exit(0);
JS
expect 'fromBeginning true: committed -2, 0 events
fromBeginning false: committed -1, 0 events'
