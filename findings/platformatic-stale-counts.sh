#!/usr/bin/env bash
# @platformatic/kafka 2.12.1 on Apache Kafka 4.4.0: the leader of a group assigns a topic that only other members read by the number of partitions that it once knew: no
# rebalance has it ask again before the metadata are as old as metadataMaxAge says. Partitions that were added are nobody's after a member has joined, without an error
# or an event, until the group rebalances for another reason. Java's leader watches the topics of all members, and joins again when they have more partitions.
. "$(dirname "$0")/support/kafka.sh"
install @platformatic/kafka@2.12.1
start_kafka
run <<'JS'
import { Admin, Consumer } from '@platformatic/kafka';
const base = { clientId: 'finding', bootstrapBrokers: [process.env.KAFKA_BROKERS] };
const admin = new Admin(base);
await admin.createTopics({ topics: ['orders', 'payments'], partitions: 2, replicas: 1 });
// The assignor gives each topic to those that read it, by the counts that the client hands it.
const partitionAssigner = (_current, members, _topics, { topics }) =>
  [...members].map(([memberId, member]) => ({
    memberId,
    assignments: new Map(
      [...topics]
        .filter(([topic]) => member.topics.includes(topic))
        .map(([topic, { partitionsCount }]) => [topic, { topic, partitions: [...Array(partitionsCount).keys()] }]),
    ),
  }));
// An age that lasts for the whole program.
const make = () => new Consumer({ ...base, groupId: 'shipping', partitionAssigner, metadataMaxAge: 600_000 });
const leader = make();
await leader.consume({ topics: ['orders'], mode: 'earliest' });
const other = make();
await other.consume({ topics: ['payments'], mode: 'earliest' });
const partitions = () => other.assignments.find(({ topic }) => topic === 'payments')?.partitions.length;
console.log(`payments has 2 partitions, its reader has ${partitions()}`);
await admin.createPartitions({ topics: [{ name: 'payments', count: 4, assignments: [[1], [1]].map((brokerIds) => ({ brokerIds })) }] });
await other.leaveGroup(true);
const again = make();
await again.consume({ topics: ['payments'], mode: 'earliest' });
const [{ partitionsCount }] = (await admin.metadata({ topics: ['payments'], forceUpdate: true })).topics.values();
console.log(`payments has ${partitionsCount} partitions, its reader, a new one, has ${again.assignments.find(({ topic }) => topic === 'payments')?.partitions.length}`);
process.exit(0);
JS
expect 'payments has 2 partitions, its reader has 2
payments has 4 partitions, its reader, a new one, has 2'
