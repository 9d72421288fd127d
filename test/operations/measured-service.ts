// A service as Prometheus scrapes it: started with @tracelink/sdk/register, it causes each metric that needs no fault of a broker, says so
// and goes on until its stdin ends.
import { once } from 'node:events';
import { wrapConsumer, wrapProducer } from '@tracelink/kafka';
import { idempotent, memoryStore } from '@tracelink/kafka/idempotency';
import { subscribe } from '@tracelink/kafka/subscribe';
import { Kafka, logLevel } from 'kafkajs';

const kafka = new Kafka({ clientId: 'measured', brokers: (process.env['KAFKA_BROKERS'] ?? '').split(','), logLevel: logLevel.NOTHING });
const [orders, reports] = (process.env['TOPICS'] ?? '').split(',') as [string, string];
const producer = wrapProducer(kafka.producer());
await producer.connect();
await producer.send({ topic: orders, messages: ['a', 'a', 'b', 'poison'].map((value) => ({ key: value, value })) });
await producer.send({ topic: reports, messages: [{ value: 'r' }] });
// No broker acknowledges it: kafkajs drops what is for a partition that does not exist.
await producer.send({ topic: reports, messages: [{ value: 'x', partition: 99 }] });

const dead = Promise.withResolvers<void>();
const closed = Promise.withResolvers<void>();
const handled = Promise.withResolvers<void>();
// Both attempts at the first message: the circuit opens, and its probe closes it.
let failuresLeft = 2;
await using subscription = await subscribe(kafka, {
  groupId: `${orders}.group`,
  topics: [orders],
  fromBeginning: true,
  commitInterval: 10,
  circuitBreaker: { window: 1, failureRate: 1, backoff: { initial: 1 } },
  retry: { attempts: 2, backoff: { initial: 1 } },
  classify: (error) => (error instanceof RangeError ? 'dead-letter' : 'retry'),
  handler: idempotent(memoryStore(), { key: ({ value }) => String(value) })(({ value }) => {
    if (failuresLeft-- > 0) throw new Error('down');
    if (String(value) === 'poison') throw new RangeError('poison');
  }),
});
subscription.on('dead-letter', () => dead.resolve());
subscription.on('circuit-closed', () => closed.resolve());

const consumer = wrapConsumer(kafka.consumer({ groupId: `${reports}.group` }));
await consumer.connect();
await consumer.subscribe({ topic: reports, fromBeginning: true });
await consumer.run({
  autoCommit: false,
  eachMessage: async ({ topic, partition, message }) => {
    await consumer.commitOffsets([{ topic, partition, offset: String(Number(message.offset) + 1) }]);
    handled.resolve();
  },
});
await using stopped = await subscribe(kafka, {
  groupId: `${reports}.stopped`,
  topics: [reports],
  fromBeginning: true,
  classify: () => 'stop',
  tracing: { topics: { [reports]: { destinationTemplate: 'reports.{tenant}' } } },
  handler: () => Promise.reject(new Error('no')),
});
await new Promise((resolve) => stopped.on('blocked', resolve));
await Promise.all([dead.promise, closed.promise, handled.promise]);
process.stdout.write('measured\n');
process.stdin.resume();
await once(process.stdin, 'end');
await consumer.disconnect();
await producer.disconnect();
