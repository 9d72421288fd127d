#!/usr/bin/env bash
# kafkajs 2.2.4 on Apache Kafka 4.4.0: a consumer whose disconnect() comes while it joins its group resolves and leaves members behind. The group waits for them,
# and another consumer gets no partition, until their session ends (30 s by default).
. "$(dirname "$0")/support/kafka.sh"
install kafkajs@2.2.4
start_kafka
run <<'JS'
import kafkajs from 'kafkajs';
const kafka = new kafkajs.Kafka({ brokers: [process.env.KAFKA_BROKERS], logLevel: kafkajs.logLevel.NOTHING });
const admin = kafka.admin();
await admin.connect();
await admin.createTopics({ topics: [{ topic: 'orders', numPartitions: 1 }], waitForLeaders: true });
// The first group of a broker waits for its coordinator's topic.
const first = kafka.consumer({ groupId: 'first' });
await first.connect();
await first.subscribe({ topic: 'orders' });
await new Promise((resolve) => {
  first.on(first.events.GROUP_JOIN, resolve);
  void first.run({ eachMessage: async () => {} });
});
await first.disconnect();

const consumer = kafka.consumer({ groupId: 'shipping' });
await consumer.connect();
await consumer.subscribe({ topic: 'orders' });
const asked = new Promise((resolve) => {
  consumer.on(consumer.events.REQUEST, ({ payload }) => payload.apiName === 'JoinGroup' && resolve());
});
const running = consumer.run({ eachMessage: async () => {} }).catch(() => {});
await asked;
await consumer.disconnect();
await running;
const members = async () => (await admin.describeGroups(['shipping'])).groups[0].members.length;
const until = Date.now() + 5_000;
while ((await members()) === 0 && Date.now() < until) await new Promise((resolve) => setTimeout(resolve, 50));
await new Promise((resolve) => setTimeout(resolve, 1_000));
console.log(`members after disconnect: ${(await members()) > 0 ? 'some' : 'none'}`);
process.exit(0);
JS
expect 'members after disconnect: some'
