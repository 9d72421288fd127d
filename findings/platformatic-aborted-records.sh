#!/usr/bin/env bash
# @platformatic/kafka 2.12.1: a consumer with isolationLevel READ_COMMITTED, its default, hands over the records of an aborted transaction when its producer aborted
# another one in the same fetch. Java's consumer hands over none.
. "$(dirname "$0")/support/kafka.sh"
install @platformatic/kafka@2.12.1 kafkajs@2.2.4
start_kafka
run <<'JS'
import { Admin, Consumer } from '@platformatic/kafka';
import kafkajs from 'kafkajs';
const base = { clientId: 'finding', bootstrapBrokers: [process.env.KAFKA_BROKERS] };
await new Admin(base).createTopics({ topics: ['orders'], partitions: 1, replicas: 1 });
const kafka = new kafkajs.Kafka({ brokers: base.bootstrapBrokers, logLevel: kafkajs.logLevel.NOTHING });
const producer = kafka.producer({ transactionalId: 't', idempotent: true, maxInFlightRequests: 1 });
await producer.connect();
for (const [value, end] of [['aborted 1', 'abort'], ['kept', 'commit'], ['aborted 2', 'abort'], ['last', 'commit']]) {
  const transaction = await producer.transaction();
  await transaction.send({ topic: 'orders', messages: [{ value }] });
  await transaction[end]();
}
const stream = await new Consumer({ ...base, groupId: 'g' }).consume({ topics: ['orders'], mode: 'earliest', autocommit: false });
const read = [];
for await (const { value } of stream) if (read.push(String(value)) && read.at(-1) === 'last') break;
console.log(`read ${read.join(', ')}`);
process.exit(0);
JS
expect 'read aborted 1, kept, last'
