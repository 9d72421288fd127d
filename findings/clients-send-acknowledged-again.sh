#!/usr/bin/env bash
# kafkajs 2.2.4 and @platformatic/kafka 2.12.1 on Apache Kafka 4.4.0: a request is repeated as a whole when one of its partitions is not written yet. In a topic that was
# just created the broker refuses some partitions for a moment (NOT_LEADER_OR_FOLLOWER), although its metadata names their leader: the others are written again,
# and send() resolves as if once. Idempotent producers write once.
. "$(dirname "$0")/support/kafka.sh"
install kafkajs@2.2.4 @platformatic/kafka@2.12.1
start_kafka
run <<'JS'
import kafkajs from 'kafkajs';
import { Producer } from '@platformatic/kafka';
const brokers = [process.env.KAFKA_BROKERS];
const retry = { initialRetryTime: 50, retries: 10 };
const kafka = new kafkajs.Kafka({ brokers, logLevel: kafkajs.logLevel.NOTHING, retry });
const partitions = Array.from({ length: 50 }, (_, partition) => partition);
const admin = kafka.admin();
await admin.connect();

async function ofKafkajs(idempotent) {
  const producer = kafka.producer({ idempotent, createPartitioner: kafkajs.Partitioners.DefaultPartitioner });
  await producer.connect();
  return async (topic) => {
    const messages = partitions.map((partition) => ({ partition, value: 'x' }));
    return (await producer.send({ topic, messages })).length;
  };
}

function ofPlatformatic(idempotent) {
  const producer = new Producer({ clientId: 'finding', bootstrapBrokers: brokers, idempotent, retries: 10, retryDelay: 100 });
  return async (topic) => {
    const messages = partitions.map((partition) => ({ topic, partition, value: Buffer.from('x') }));
    return (await producer.send({ messages })).offsets.length;
  };
}

// One message for each partition of a new topic: until one is there twice, in so many topics at most.
async function count(who, send, topics) {
  let twice = false;
  let acknowledged = 0;
  for (let n = 0; n < topics && !twice; n++) {
    const topic = `${who.replaceAll(/\W+/g, '-')}-${n}`;
    await admin.createTopics({ topics: [{ topic, numPartitions: partitions.length }], waitForLeaders: false });
    while (!(await hasLeaders(topic)));
    acknowledged = await send(topic);
    twice = (await admin.fetchTopicOffsets(topic)).some(({ high }) => Number(high) > 1);
  }
  console.log(`${who}: ${acknowledged} partitions acknowledged, some hold their message more than once: ${twice}`);
}

const hasLeaders = (topic) =>
  admin.fetchTopicMetadata({ topics: [topic] }).then(
    ({ topics }) => topics[0].partitions.every(({ leader }) => leader >= 0),
    () => false,
  );

await count('kafkajs', await ofKafkajs(false), 20);
await count('kafkajs, idempotent', await ofKafkajs(true), 5);
await count('platformatic', ofPlatformatic(false), 20);
await count('platformatic, idempotent', ofPlatformatic(true), 5);
process.exit(0);
JS
expect 'kafkajs: 50 partitions acknowledged, some hold their message more than once: true
kafkajs, idempotent: 50 partitions acknowledged, some hold their message more than once: false
platformatic: 50 partitions acknowledged, some hold their message more than once: true
platformatic, idempotent: 50 partitions acknowledged, some hold their message more than once: false'
