import {
  ensureTopics,
  InFlight,
  kafkaClient,
  longestFetch,
  runService,
  serveHealth,
  serviceLogger,
  settingsOrExit,
  startConsumer,
  tracingEnd,
  untilUp,
} from '@tracelink-demo/kit';
import { wrapConsumer, wrapProducer } from '@tracelink/kafka';
import { tracing } from '@tracelink/sdk/register';
import { Partitioners } from 'kafkajs';
import { fulfilmentConfig } from './config.ts';
import { orderConsumer } from './order-consumer.ts';
import { Stock } from './stock.ts';

const config = settingsOrExit('fulfilment', fulfilmentConfig);
const log = serviceLogger('fulfilment', config.logLevel);

// What is given to `shutdown` ends in the order of its stages: HTTP, consumers, producer, tracing.
await runService({ log, shutdownTimeout: config.shutdownTimeout }, async ({ shutdown, signal, fail }) => {
  shutdown.add('tracing', tracingEnd(tracing));
  const { ordersTopic, shipmentsTopic, groupId, brokers } = config;
  const kafka = kafkaClient({ clientId: 'fulfilment', brokers, log });
  const producer = wrapProducer(kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner }));
  shutdown.add('producer', { name: 'shipments', close: () => producer.disconnect() });
  const consumer = wrapConsumer(kafka.consumer({ groupId, maxWaitTimeInMs: longestFetch }));
  const inFlight = new InFlight();
  shutdown.add('consumers', { name: 'orders', close: () => consumer.disconnect(), inFlight: () => inFlight.list() });

  let ready = false;
  const health = await serveHealth(config, () => ready);
  shutdown.add('http', { name: 'health', close: () => health.close() });

  const waiting = { log, signal };
  await untilUp('The broker', () => ensureTopics(kafka, [ordersTopic, shipmentsTopic]), waiting);
  await untilUp('The broker', () => producer.connect(), waiting);
  const eachMessage = orderConsumer({ producer, shipmentsTopic, stock: new Stock(), inFlight, log });
  await startConsumer(consumer, { eachMessage }, { ...waiting, topic: ordersTopic, onCrash: fail });
  ready = true;
  log.info('Ready');
});
