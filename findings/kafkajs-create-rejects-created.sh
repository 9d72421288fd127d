#!/usr/bin/env bash
# kafkajs 2.2.4 on Apache Kafka 4.4.0: createTopics waits for leaders by default, but rejects with UNKNOWN_TOPIC_OR_PARTITION where the broker does not know the new topic
# yet when it is first asked, 100 ms later: one of many partitions, or on a busy broker. The topic was created. With waitForLeaders: false the call resolves.
. "$(dirname "$0")/support/kafka.sh"
install kafkajs@2.2.4
start_kafka
run <<'JS'
import kafkajs from 'kafkajs';
const kafka = new kafkajs.Kafka({ brokers: [process.env.KAFKA_BROKERS], logLevel: kafkajs.logLevel.NOTHING });
const watcher = kafka.admin();
await watcher.connect();

console.log(`by default: ${await untilRejected('waiting', {})}`);
console.log(`waitForLeaders: false: ${await untilRejected('not-waiting', { waitForLeaders: false })}`);
process.exit(0);

// Topics of more and more partitions, until one is rejected.
async function untilRejected(prefix, options) {
  for (const numPartitions of [50, 100, 200, 400]) {
    const topic = `${prefix}-${numPartitions}`;
    const admin = kafka.admin();
    await admin.connect();
    const outcome = await admin.createTopics({ ...options, topics: [{ topic, numPartitions }] }).then(
      () => 'created',
      (error) => error.type,
    );
    while (!(await watcher.listTopics()).includes(topic)) await new Promise((resolve) => setTimeout(resolve, 20));
    await admin.disconnect();
    if (outcome !== 'created') return `${outcome}, and the topic is there`;
  }
  return 'created';
}
JS
expect 'by default: UNKNOWN_TOPIC_OR_PARTITION, and the topic is there
waitForLeaders: false: created'
