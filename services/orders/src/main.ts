import {
  ensureTopics,
  kafkaClient,
  longestFetch,
  runService,
  serviceLogger,
  settingsOrExit,
  startConsumer,
  untilUp,
} from '@tracelink-demo/kit';
import { wrapConsumer, wrapProducer } from '@tracelink/kafka';
import { Partitioners } from 'kafkajs';
import { ordersApp } from './app.ts';
import { brokerCheck } from './broker-check.ts';
import { ordersConfig } from './config.ts';
import { databasePool } from './database-pool.ts';
import { orderPublisher } from './order-publisher.ts';
import { OrderStore } from './order-store.ts';
import { shipmentConsumer } from './shipment-consumer.ts';

const config = settingsOrExit('orders', ordersConfig);
const log = serviceLogger('orders', config.logLevel);

// What is deferred last closes first: HTTP, consumer, producer, database.
await runService(log, async ({ closing, signal, fail }) => {
  const pool = databasePool(config.databaseUrl, log);
  closing.defer(() => pool.end());
  const store = new OrderStore(pool);

  const kafka = kafkaClient({ clientId: 'orders', brokers: config.brokers, log });
  const admin = kafka.admin();
  closing.defer(() => admin.disconnect());
  const producer = wrapProducer(kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner }));
  closing.defer(() => producer.disconnect());
  const consumer = wrapConsumer(kafka.consumer({ groupId: config.groupId, maxWaitTimeInMs: longestFetch }));
  closing.defer(() => consumer.disconnect());

  const app = ordersApp({ store, publish: orderPublisher(producer, config.ordersTopic), checkBroker: brokerCheck(admin), log });
  closing.defer(() => app.close());
  await app.listen({ host: config.host, port: config.port });

  const waiting = { log, signal };
  await untilUp('The database', () => store.prepare(), waiting);
  await untilUp('The broker', () => ensureTopics(kafka, [config.ordersTopic, config.shipmentsTopic]), waiting);
  await startConsumer(consumer, { eachBatch: shipmentConsumer(store, log) }, { ...waiting, topic: config.shipmentsTopic, onCrash: fail });
  log.info('Ready');
});
