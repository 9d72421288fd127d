import {
  drainedTasks,
  InFlight,
  kafkaClient,
  longestFetch,
  prepareKafka,
  runService,
  serviceLogger,
  settingsOrExit,
  startConsumer,
  tracingEnd,
  untilUp,
} from '@tracelink-demo/kit';
import { BackgroundTasks } from '@tracelink/context';
import { wrapConsumer, wrapProducer } from '@tracelink/kafka';
import { outbox } from '@tracelink/kafka/outbox';
import { tracing } from '@tracelink/sdk/register';
import { Partitioners } from 'kafkajs';
import { auditNoteConsumer } from './audit/audit-note-consumer.ts';
import { AuditNotes } from './audit/audit-notes.ts';
import { auditOrder, reportTask } from './audit/audit-order.ts';
import { spillAuditNote } from './audit/spill-audit-note.ts';
import { brokerCheck } from './broker/broker-check.ts';
import { drainedRelay, outboxCheck } from './broker/outbox-relay.ts';
import { databasePool } from './database/database-pool.ts';
import { ordersApp } from './http/app.ts';
import { OrderStore } from './order/order-store.ts';
import { announceOrder } from './order/place-order.ts';
import { shipmentConsumer } from './order/shipment-consumer.ts';
import { ordersConfig } from './config.ts';

const config = settingsOrExit('orders', ordersConfig);
const log = serviceLogger('orders', config.logLevel);

// The parts in `shutdown` end in the order of their stages: HTTP, tasks, consumers, producer, tracing, database.
await runService({ log, shutdownTimeout: config.shutdownTimeout }, async ({ shutdown, signal, fail }) => {
  shutdown.add('tracing', tracingEnd(tracing));
  const pool = databasePool(config.databaseUrl, log);
  shutdown.add('database', { name: 'pool', close: () => pool.end() });
  const store = new OrderStore(pool);
  const notes = new AuditNotes(pool);

  const kafka = kafkaClient({ clientId: 'orders', brokers: config.brokers, log });
  const messages = outbox(pool);
  const relay = messages.relay(kafka, { log });
  shutdown.add('producer', drainedRelay(relay));
  const admin = kafka.admin();
  shutdown.add('producer', { name: 'broker check', close: () => admin.disconnect() });
  const producer = wrapProducer(kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner }));
  shutdown.add('producer', { name: 'audit notes', close: () => producer.disconnect() });

  const auditTasks = new BackgroundTasks({
    onError: reportTask(log),
    concurrency: config.auditConcurrency,
    backlog: config.auditBacklog,
    overflow: 'spill',
    spill: spillAuditNote(producer, config.auditTopic),
  });
  shutdown.add('tasks', drainedTasks('audit notes', auditTasks));

  const requests = new InFlight();
  const audit = auditOrder({ tasks: auditTasks, notes, log });
  const app = ordersApp({
    store,
    announce: announceOrder(messages, config.ordersTopic),
    afterwards: (order) => {
      relay.notify();
      audit(order);
    },
    checkBroker: brokerCheck(admin),
    checkOutbox: outboxCheck(relay),
    inFlight: requests,
    log,
  });
  shutdown.add('http', { name: 'server', close: () => app.close(), inFlight: () => requests.list() });
  await app.listen({ host: config.host, port: config.port });

  const waiting = { log, signal, onCrash: fail };
  await untilUp('The database', () => Promise.all([store.prepare(), notes.prepare(), messages.ensure()]), waiting);
  const auditGroupId = `${config.groupId}-audit`;
  const needs = { topics: [config.ordersTopic, config.shipmentsTopic, config.auditTopic], groups: [config.groupId, auditGroupId] };
  await untilUp('The broker', () => prepareKafka(kafka, needs), waiting);
  const consumer = wrapConsumer(kafka.consumer({ groupId: config.groupId, maxWaitTimeInMs: longestFetch }));
  const batches = new InFlight();
  shutdown.add('consumers', { name: 'shipments', close: () => consumer.disconnect(), inFlight: () => batches.list() });
  await startConsumer(
    consumer,
    { eachBatch: shipmentConsumer({ store, inFlight: batches, log }) },
    { ...waiting, topic: config.shipmentsTopic },
  );
  const auditConsumer = wrapConsumer(kafka.consumer({ groupId: auditGroupId, maxWaitTimeInMs: longestFetch }));
  const spilled = new InFlight();
  shutdown.add('consumers', { name: 'audit notes', close: () => auditConsumer.disconnect(), inFlight: () => spilled.list() });
  const eachMessage = auditNoteConsumer({ notes, inFlight: spilled, log });
  await startConsumer(auditConsumer, { eachMessage }, { ...waiting, topic: config.auditTopic });
  log.info('Ready');
});
