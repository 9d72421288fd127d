// Objects of Platformatic's library that call its clients: a stream that commits, one that sends, and a transaction.
import { Consumer, Producer, stringDeserializers, stringSerializers } from '@platformatic/kafka';

const [brokers, topic] = process.argv.slice(2);
const base = { clientId: 'own', bootstrapBrokers: brokers.split(','), serializers: stringSerializers };
const producer = new Producer(base);
await producer.send({ messages: [{ topic, key: 'first', value: '1' }] });

const transactional = new Producer({ ...base, idempotent: true, transactionalId: `id-${topic}` });
const transaction = await transactional.beginTransaction();
await transaction.send({ messages: [{ topic, key: 'transaction', value: '2' }] });
await transaction.commit();
await transactional.close();

const consumer = new Consumer({ ...base, groupId: `group-${topic}`, deserializers: stringDeserializers, maxWaitTime: 100 });
const stream = await consumer.consume({ topics: [topic], mode: 'earliest', autocommit: true });
const committed = new Promise((resolve) => stream.once('autocommit', resolve));
for await (const { key, offset } of stream) {
  if (key === 'first') await committed;
  if (key === 'transaction') {
    const sending = producer.asStream({ batchSize: 2, batchTime: 10 });
    for (const streamed of ['streamed', 'streamed too', 'streamed last']) sending.write({ topic, key: streamed, value: '3' });
    await sending.close();
  }
  if (key !== 'streamed') continue;
  await consumer.commit({ offsets: [{ topic, partition: 0, offset: offset + 1n, leaderEpoch: 0 }] });
  break;
}
await consumer.close(true);
await producer.close();
