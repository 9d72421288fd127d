#!/usr/bin/env bash
# @platformatic/kafka 2.12.1: a message to a partition that its topic does not have is written to another one, the remainder by the number of partitions, and send()
# resolves. Java's producer rejects it; kafkajs drops it.
. "$(dirname "$0")/support/kafka.sh"
install @platformatic/kafka@2.12.1
start_kafka
run <<'JS'
import { Admin, Producer } from '@platformatic/kafka';
const base = { clientId: 'finding', bootstrapBrokers: [process.env.KAFKA_BROKERS] };
await new Admin(base).createTopics({ topics: ['orders'], partitions: 3, replicas: 1 });
const { offsets } = await new Producer(base).send({ messages: [{ topic: 'orders', partition: 7, value: Buffer.from('x') }] });
console.log(`sent to partition 7 of 3, written to ${offsets.map(({ partition }) => partition).join(', ')}`);
process.exit(0);
JS
expect 'sent to partition 7 of 3, written to 1'
