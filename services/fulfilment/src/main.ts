import {
  kafkaClient,
  prepareKafka,
  runService,
  serveHealth,
  serviceLogger,
  settingsOrExit,
  tracingEnd,
  untilUp,
} from '@tracelink-demo/kit';
import { wrapProducer } from '@tracelink/kafka';
import { type Subscription } from '@tracelink/kafka/subscribe';
import { tracing } from '@tracelink/sdk/register';
import { Partitioners } from 'kafkajs';
import { fulfilmentConfig } from './config.ts';
import { healthOf } from './health.ts';
import { orderHandler } from './order-handler.ts';
import type { PlacedOrder } from './placed-order.ts';
import { Stock } from './stock.ts';
import { drainOrders, subscribeOrders } from './subscribe-orders.ts';

const config = settingsOrExit('fulfilment', fulfilmentConfig);
const log = serviceLogger('fulfilment', config.logLevel);

// The parts in `shutdown` end in the order of their stages: HTTP, consumers, producer, tracing.
await runService({ log, shutdownTimeout: config.shutdownTimeout }, async ({ shutdown, signal, fail }) => {
  shutdown.add('tracing', tracingEnd(tracing));
  const { ordersTopic, shipmentsTopic, groupId, sessionTimeout, oversizeShelf, brokers } = config;
  const kafka = kafkaClient({ clientId: 'fulfilment', brokers, log });
  const producer = wrapProducer(kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner }));
  shutdown.add('producer', { name: 'shipments', close: () => producer.disconnect() });
  let running: Subscription<PlacedOrder> | undefined = undefined;
  const health = await serveHealth(config, () => healthOf(running));
  shutdown.add('http', { name: 'health', close: () => health.close() });

  const waiting = { log, signal };
  await untilUp('The broker', () => prepareKafka(kafka, { topics: [ordersTopic, shipmentsTopic], groups: [groupId] }), waiting);
  await untilUp('The broker', () => producer.connect(), waiting);
  const handler = orderHandler({ producer, shipmentsTopic, stock: new Stock(), oversizeShelf, log });
  const subscription = await untilUp(
    'The broker',
    () => subscribeOrders({ kafka, groupId, sessionTimeout, ordersTopic, handler, log, onCrash: fail }),
    waiting,
  );
  shutdown.add('consumers', { name: 'orders', close: (timeout) => drainOrders(subscription, timeout) });
  running = subscription;
  log.info('Ready');
});
