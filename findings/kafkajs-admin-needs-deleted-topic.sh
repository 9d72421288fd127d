#!/usr/bin/env bash
# kafkajs 2.2.4 on Apache Kafka 4.4.0: an admin client that was asked for a topic's offsets asks for that topic in each metadata request from then on. Once another
# client has deleted it, createTopics of any other topic rejects with UNKNOWN_TOPIC_OR_PARTITION, and creates nothing. A new admin client can create topics.
. "$(dirname "$0")/support/kafka.sh"
install kafkajs@2.2.4
start_kafka
run <<'JS'
import kafkajs from 'kafkajs';
const kafka = new kafkajs.Kafka({
  brokers: [process.env.KAFKA_BROKERS],
  logLevel: kafkajs.logLevel.NOTHING,
  retry: { initialRetryTime: 50, retries: 3 },
});
const asked = kafka.admin();
await asked.connect();
await asked.createTopics({ topics: [{ topic: 'retired', numPartitions: 1 }], waitForLeaders: true });
await asked.fetchTopicOffsets('retired');
const fresh = kafka.admin();
await fresh.connect();
await fresh.deleteTopics({ topics: ['retired'] });
await create('the client that was asked', asked, 'orders');
console.log(`topics: ${(await fresh.listTopics()).filter((name) => name !== '__consumer_offsets').join(', ') || 'none'}`);
await create('a new client', fresh, 'payments');
process.exit(0);

async function create(who, admin, topic) {
  await admin.createTopics({ topics: [{ topic, numPartitions: 1 }], waitForLeaders: true }).then(
    () => console.log(`${who} creates ${topic}`),
    (error) => console.log(`${who} cannot create ${topic}: ${error.type ?? error.name}`),
  );
}
JS
expect 'the client that was asked cannot create orders: UNKNOWN_TOPIC_OR_PARTITION
topics: none
a new client creates payments'
