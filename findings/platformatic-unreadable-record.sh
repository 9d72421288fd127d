#!/usr/bin/env bash
# @platformatic/kafka 2.12.1: a record that a deserializer throws on ends the stream before the records that were fetched ahead of it are handed out, and the error names
# neither topic nor offset. To a consumer with deserializersFrom(jsonDeserializer) each record with a tracer's traceparent is one. onDeserializationError is told of the
# offset, and with its CONTINUE all records come.
. "$(dirname "$0")/support/kafka.sh"
install @platformatic/kafka@2.12.1
start_kafka
run <<'JS'
import { Admin, Consumer, DeserializationErrorActions, Producer, deserializersFrom, jsonDeserializer } from '@platformatic/kafka';
const base = { clientId: 'finding', bootstrapBrokers: [process.env.KAFKA_BROKERS] };
const admin = new Admin(base);
await admin.createTopics({ topics: ['orders'], partitions: 1, replicas: 1 });
const producer = new Producer(base);
const order = (n, headers) => ({ topic: 'orders', key: Buffer.from('1'), value: Buffer.from(JSON.stringify(n)), headers });
const traced = new Map([[Buffer.from('traceparent'), Buffer.from('00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01')]]);
await producer.send({ messages: [order(0), order(1), order(2), order(3, traced), order(4)] });

await read('by itself', {});
const onDeserializationError = ({ offset }) => {
  console.log(`onDeserializationError is told of offset ${offset}`);
  return DeserializationErrorActions.CONTINUE;
};
await read('with onDeserializationError', { onDeserializationError });
process.exit(0);

async function read(how, options) {
  const consumer = new Consumer({ ...base, groupId: how.replaceAll(' ', '-'), deserializers: deserializersFrom(jsonDeserializer) });
  const stream = await consumer.consume({ topics: ['orders'], mode: 'earliest', autocommit: false, ...options });
  const handled = [];
  try {
    for await (const { value } of stream) {
      handled.push(value);
      if (value === 4) break;
    }
    console.log(`${how}: handled ${handled.join(', ') || 'nothing'}`);
  } catch (error) {
    const known = ['topic', 'partition', 'offset'].filter((name) => name in error || name in error.cause);
    console.log(`${how}: handled ${handled.join(', ') || 'nothing'}; ${error.message} It names ${known.join(', ') || 'no record'}`);
  }
}
JS
expect 'by itself: handled nothing; Failed to deserialize a message. It names no record
onDeserializationError is told of offset 3
with onDeserializationError: handled 0, 1, 2, 3, 4'
