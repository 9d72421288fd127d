#!/usr/bin/env bash
# @platformatic/kafka 2.12.1: send() writes the settings of its producer into the options that it is given. Who sends the same object by another producer sends by
# the first one's: an idempotent producer is not idempotent, without a sign. And a frozen object is refused with a TypeError.
. "$(dirname "$0")/support/kafka.sh"
install @platformatic/kafka@2.12.1
start_kafka
run <<'JS'
import { Admin, Producer } from '@platformatic/kafka';
const base = { clientId: 'finding', bootstrapBrokers: [process.env.KAFKA_BROKERS] };
await new Admin(base).createTopics({ topics: ['orders'], partitions: 1, replicas: 1 });
const producer = new Producer(base);
const idempotent = () => new Producer({ ...base, idempotent: true });
const options = { messages: [{ topic: 'orders', value: Buffer.from('x') }] };
const fresh = idempotent();
await fresh.send({ ...options });
console.log(`an idempotent producer has a producer id: ${fresh.producerId !== undefined}`);
await producer.send(options);
console.log(`options after a send: ${Object.keys(options).join(', ')}`);
const second = idempotent();
await second.send(options);
console.log(`an idempotent producer that sends them has one: ${second.producerId !== undefined}`);
const frozen = Object.freeze({ messages: options.messages });
console.log(`a frozen object: ${await (async () => producer.send(frozen))().then(() => 'sent', (error) => error.name)}`);
process.exit(0);
JS
expect 'an idempotent producer has a producer id: true
options after a send: messages, acks, idempotent, repeatOnStaleMetadata, partitioner
an idempotent producer that sends them has one: false
a frozen object: TypeError'
