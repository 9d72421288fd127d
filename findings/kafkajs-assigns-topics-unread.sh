#!/usr/bin/env bash
# kafkajs 2.2.4 on Apache Kafka 4.4.0: the leader of a group deals out the topics that it reads among all members, also to those that do not read them, which leave
# their share alone. With two members that read a topic each, nobody reads half of the leader's topic, nor any of the other one; no error, no event.
. "$(dirname "$0")/support/kafka.sh"
install kafkajs@2.2.4
start_kafka
run <<'JS'
import kafkajs from 'kafkajs';
const kafka = new kafkajs.Kafka({ brokers: [process.env.KAFKA_BROKERS], logLevel: kafkajs.logLevel.NOTHING });
const admin = kafka.admin();
await admin.connect();
await admin.createTopics({ topics: ['orders', 'payments'].map((topic) => ({ topic, numPartitions: 4 })), waitForLeaders: true });
for (const topic of ['orders', 'payments']) {
  const consumer = kafka.consumer({ groupId: 'shipping', clientId: topic });
  const joined = new Promise((resolve) => consumer.on(consumer.events.GROUP_JOIN, resolve));
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  await consumer.run({ eachMessage: async () => {} });
  await joined;
}
let group;
do [group] = (await admin.describeGroups(['shipping'])).groups;
while (group.state !== 'Stable' || group.members.length < 2);
const decoded = group.members.map(({ memberMetadata, memberAssignment }) => ({
  reads: kafkajs.AssignerProtocol.MemberMetadata.decode(memberMetadata).topics[0],
  assigned: kafkajs.AssignerProtocol.MemberAssignment.decode(memberAssignment).assignment,
}));
for (const { reads, assigned } of decoded.sort((a, b) => a.reads.localeCompare(b.reads)))
  console.log(`the member that reads ${reads} is assigned ${Object.entries(assigned).map(([topic, { length }]) => `${length} partitions of ${topic}`).join(', ')}`);
process.exit(0);
JS
expect 'the member that reads orders is assigned 2 partitions of orders
the member that reads payments is assigned 2 partitions of orders'
