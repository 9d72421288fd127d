#!/usr/bin/env bash
# Apache Kafka 4.4.0: a topic whose min.insync.replicas is above its replication factor accepts writes with acks=all. The broker counts with the smaller of both.
# A test that sets it to make a single broker refuse writes refuses nothing.
. "$(dirname "$0")/support/kafka.sh"
install kafkajs@2.2.4
start_kafka
run <<'JS'
import kafkajs from 'kafkajs';
const kafka = new kafkajs.Kafka({ brokers: [process.env.KAFKA_BROKERS], logLevel: kafkajs.logLevel.NOTHING });
const admin = kafka.admin();
const producer = kafka.producer();
await admin.connect();
await producer.connect();
const configEntries = [{ name: 'min.insync.replicas', value: '2' }];
await admin.createTopics({ topics: [{ topic: 'orders', numPartitions: 1, replicationFactor: 1, configEntries }], waitForLeaders: true });
const { resources } = await admin.describeConfigs({
  resources: [{ type: kafkajs.ConfigResourceTypes.TOPIC, name: 'orders', configNames: ['min.insync.replicas'] }],
  includeSynonyms: false,
});
console.log(`min.insync.replicas is ${resources[0].configEntries[0].configValue}`);
const [{ baseOffset }] = await producer.send({ topic: 'orders', acks: -1, messages: [{ value: 'x' }] });
console.log(`a write with acks=all has offset ${baseOffset}`);
process.exit(0);
JS
expect 'min.insync.replicas is 2
a write with acks=all has offset 0'
