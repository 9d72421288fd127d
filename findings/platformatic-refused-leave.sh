#!/usr/bin/env bash
# @platformatic/kafka 2.12.1 on Apache Kafka 4.4.0 of two nodes: close(true) of a consumer whose group another node coordinates since its last heartbeat rejects, as its
# LeaveGroup is answered with NOT_COORDINATOR. It does not ask the next coordinator, stays a member, and keeps its connections, with which the process does not end.
# Where the coordinator has not moved, close(true) ends them.
. "$(dirname "$0")/support/kafka.sh"
install @platformatic/kafka@2.12.1 kafkajs@2.2.4
start_kafka
start_second_broker
run <<'JS'
import { Consumer } from '@platformatic/kafka';
import kafkajs from 'kafkajs';
const brokers = [process.env.KAFKA_BROKERS];
const admin = new kafkajs.Kafka({ brokers, logLevel: kafkajs.logLevel.NOTHING }).admin();
await admin.connect();
await admin.createTopics({ topics: [{ topic: 'orders', numPartitions: 1 }] });
// No heartbeat finds the next coordinator before the consumer is closed.
const seldom = { sessionTimeout: 120_000, rebalanceTimeout: 120_000, heartbeatInterval: 100_000 };
const make = (groupId) => new Consumer({ clientId: 'finding', bootstrapBrokers: brokers, groupId, ...seldom });
const consumers = [make('stays'), make('moves')];
for (const consumer of consumers) await consumer.consume({ topics: ['orders'], mode: 'earliest' });
const [stays, moves] = consumers;
const connections = () => process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length;
const before = connections();
await stays.close(true);
console.log(`close(true) at the same coordinator resolves, and ends ${connections() < before ? 'connections' : 'none'}`);

const offsets = '__consumer_offsets';
const coordinator = async () => (await admin.fetchTopicMetadata({ topics: [offsets] })).topics[0].partitions[0].leader;
const from = await coordinator();
const replicas = [3 - from];
await admin.alterPartitionReassignments({ topics: [{ topic: offsets, partitionAssignment: [{ partition: 0, replicas }] }] });
while ((await coordinator()) === from);
// The next coordinator has read the group.
const state = () => admin.describeGroups(['moves']).then(({ groups: [group] }) => group.state, () => 'not known');
while ((await state()) !== 'Stable');

const causes = (error) => [error, ...(error.errors ?? []), error.cause].flatMap((each) => (each === error || !each ? [each?.apiId] : causes(each)));
const end = await moves.close(true).then(() => 'resolves', (error) => `rejects with ${causes(error).filter(Boolean).join()}`);
console.log(`close(true) after it has moved ${end}; the group has ${(await admin.describeGroups(['moves'])).groups[0].members.length} member`);
await admin.disconnect();
// It holds no process back that would end.
setTimeout(() => {
  console.log(`five seconds later the process is still there, and connections are ${connections() > 0 ? 'open' : 'closed'}`);
  process.exit(0);
}, 5_000).unref();
JS
expect 'close(true) at the same coordinator resolves, and ends connections
close(true) after it has moved rejects with NOT_COORDINATOR; the group has 1 member
five seconds later the process is still there, and connections are open'
