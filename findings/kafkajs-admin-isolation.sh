#!/usr/bin/env bash
# kafkajs 2.2.4 on Apache Kafka 4.4.0: an admin client tells the end of a partition before transactions that are open, and has no option for the high watermark.
# It takes setOffsets behind the transaction's records, as kafka-consumer-groups does: the commit is then beyond the end that the same client tells.
. "$(dirname "$0")/support/kafka.sh"
install kafkajs@2.2.4
start_kafka
run <<'JS'
import kafkajs from 'kafkajs';
const kafka = new kafkajs.Kafka({
  brokers: [process.env.KAFKA_BROKERS],
  logLevel: kafkajs.logLevel.NOTHING,
  retry: { initialRetryTime: 50, retries: 10 },
});
const [topic, groupId] = ['orders', 'packing'];
const admin = kafka.admin();
const producer = kafka.producer({ transactionalId: 'open', maxInFlightRequests: 1, createPartitioner: kafkajs.Partitioners.DefaultPartitioner });
await Promise.all([admin.connect(), producer.connect()]);
await admin.createTopics({ topics: [{ topic, numPartitions: 1 }], waitForLeaders: true });
const values = (count) => Array.from({ length: count }, (_, index) => ({ value: String(index) }));
await producer.send({ topic, messages: values(10) });
const transaction = await producer.transaction();
await transaction.send({ topic, messages: values(5) });
await admin.setOffsets({ groupId, topic, partitions: [{ partition: 0, offset: '15' }] });
const [{ partitions: [{ offset }] }] = await admin.fetchOffsets({ groupId, topics: [topic] });
console.log(`end: ${(await admin.fetchTopicOffsets(topic))[0].high}, commit: ${offset}`);
await transaction.abort();
process.exit(0);
JS
expect 'end: 10, commit: 15'
