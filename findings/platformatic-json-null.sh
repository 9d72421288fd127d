#!/usr/bin/env bash
# @platformatic/kafka 2.12.1: its jsonSerializer makes the four bytes `null` of a null value, where no serializer and stringSerializer write a tombstone. The record stays
# in a compacted topic. A reader with jsonDeserializer does not see it: it gets null for these bytes, and undefined for a tombstone.
. "$(dirname "$0")/support/kafka.sh"
install @platformatic/kafka@2.12.1
start_kafka
run <<'JS'
import { Admin, Consumer, Producer, jsonDeserializer, jsonSerializer, stringSerializer } from '@platformatic/kafka';
const base = { clientId: 'finding', bootstrapBrokers: [process.env.KAFKA_BROKERS] };
const admin = new Admin(base);
await admin.createTopics({ topics: ['prices'], partitions: 1, replicas: 1 });
await admin.close();
const serializers = { 'no serializer': undefined, stringSerializer, jsonSerializer };
for (const value of Object.values(serializers)) {
  const producer = new Producer({ ...base, ...(value && { serializers: { value } }) });
  await producer.send({ messages: [{ topic: 'prices', key: Buffer.from('tea'), value: null }] });
  await producer.close();
}
const bytes = await values('bytes', undefined);
const parsed = await values('json', { value: jsonDeserializer });
for (const [n, name] of Object.keys(serializers).entries()) {
  console.log(`${name}: ${bytes[n] === undefined ? 'a tombstone' : `the bytes ${bytes[n]}`}, read by jsonDeserializer as ${parsed[n]}`);
}
process.exit(0);

async function values(groupId, deserializers) {
  const consumer = new Consumer({ ...base, groupId, ...(deserializers && { deserializers }) });
  const stream = await consumer.consume({ topics: ['prices'], mode: 'earliest', autocommit: false });
  const read = [];
  for await (const { value } of stream) {
    if (read.push(value) === Object.keys(serializers).length) break;
  }
  return read;
}
JS
expect 'no serializer: a tombstone, read by jsonDeserializer as undefined
stringSerializer: a tombstone, read by jsonDeserializer as undefined
jsonSerializer: the bytes null, read by jsonDeserializer as null'
