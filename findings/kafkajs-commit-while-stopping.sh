#!/usr/bin/env bash
# kafkajs 2.2.4 on Apache Kafka 4.4.0: commitOffsets of a handler resolves and commits nothing once stop() or disconnect() was called. Before run() and after
# the stop it rejects. What was done is done again by the next member.
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
await admin.createTopics({ topics: [{ topic: 'orders', numPartitions: 1 }], waitForLeaders: true });
await producer.send({ topic: 'orders', messages: [{ value: 'x' }] });
const consumer = kafka.consumer({ groupId: 'shipping' });
await consumer.connect();
await consumer.subscribe({ topic: 'orders', fromBeginning: true });
const handling = deferred();
const committed = deferred();
const stopping = deferred();
await consumer.run({
  autoCommit: false,
  eachMessage: async () => {
    handling.resolve();
    await stopping.promise;
    await consumer.commitOffsets([{ topic: 'orders', partition: 0, offset: '1' }]).then(
      () => console.log('commitOffsets resolved'),
      (error) => console.log(`commitOffsets rejected: ${error.name}`),
    );
    committed.resolve();
  },
});
await handling.promise;
const stopped = consumer.stop();
stopping.resolve();
await committed.promise;
await stopped;
const [{ partitions }] = await admin.fetchOffsets({ groupId: 'shipping', topics: ['orders'] });
console.log(`committed ${partitions[0].offset}`);
process.exit(0);

function deferred() {
  let resolve;
  const promise = new Promise((done) => (resolve = done));
  return { promise, resolve };
}
JS
expect 'commitOffsets resolved
committed -1'
