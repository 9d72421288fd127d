import {
  ensureTopics,
  kafkaClient,
  longestFetch,
  runService,
  serveHealth,
  serviceLogger,
  settingsOrExit,
  startConsumer,
  untilUp,
} from '@tracelink-demo/kit';
import { wrapConsumer, wrapProducer } from '@tracelink/kafka';
import { Partitioners } from 'kafkajs';
import { fulfilmentConfig } from './config.ts';
import { orderConsumer } from './order-consumer.ts';
import { Stock } from './stock.ts';

const config = settingsOrExit('fulfilment', fulfilmentConfig);
const log = serviceLogger('fulfilment', config.logLevel);

// What is deferred last closes first: health, consumer, producer.
await runService(log, async ({ closing, signal, fail }) => {
  const { ordersTopic, shipmentsTopic, groupId, brokers } = config;
  const kafka = kafkaClient({ clientId: 'fulfilment', brokers, log });
  const producer = wrapProducer(kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner }));
  closing.defer(() => producer.disconnect());
  const consumer = wrapConsumer(kafka.consumer({ groupId, maxWaitTimeInMs: longestFetch }));
  closing.defer(() => consumer.disconnect());

  let ready = false;
  const health = await serveHealth(config, () => ready);
  closing.defer(() => health.close());

  const waiting = { log, signal };
  await untilUp('The broker', () => ensureTopics(kafka, [ordersTopic, shipmentsTopic]), waiting);
  await untilUp('The broker', () => producer.connect(), waiting);
  const eachMessage = orderConsumer({ producer, shipmentsTopic, stock: new Stock(), log });
  await startConsumer(consumer, { eachMessage }, { ...waiting, topic: ordersTopic, onCrash: fail });
  ready = true;
  log.info('Ready');
});
