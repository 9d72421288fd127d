import { kafkaUnderTest, OtlpReceiver, type KafkaUnderTest } from '@tracelink/testing';
import { Kafka, logLevel } from 'kafkajs';
import pg from 'pg';
import { startEmbeddedPostgres } from '../../../../demo/embedded-postgres.ts';
import { freePort } from '../../../../demo/free-port.ts';
import { startServiceUnderTest, type ServiceUnderTest } from '../../../kit/test/support/service-under-test.ts';
import { openDatabaseGate, type DatabaseGate } from './database-gate.ts';

/** The real process of orders with all that it talks to. */
export interface OrdersUnderTest extends AsyncDisposable {
  readonly service: ServiceUnderTest;
  /** Base URL of its HTTP API. */
  readonly url: string;
  readonly gate: DatabaseGate;
  readonly receiver: OtlpReceiver;
  readonly kafka: KafkaUnderTest;
  readonly client: Kafka;
  readonly topics: Readonly<Record<'orders' | 'shipments' | 'audit', string>>;
  readonly groupId: string;
  /** Runs a statement past the gate. */
  query(text: string): Promise<unknown[]>;
}

/** Starts orders and waits until it is ready. */
export async function ordersUnderTest(variables: Readonly<Record<string, string>> = {}): Promise<OrdersUnderTest> {
  const stack = new AsyncDisposableStack();
  const kafka = stack.use(await kafkaUnderTest());
  const postgres = stack.use(await startEmbeddedPostgres());
  const gate = stack.use(await openDatabaseGate(postgres.url));
  const receiver = stack.use(await OtlpReceiver.start());
  const port = await freePort();
  const topics = { orders: kafka.topic('orders'), shipments: kafka.topic('shipments'), audit: kafka.topic('audit') };
  const groupId = kafka.groupId();
  const settings = {
    DATABASE_URL: gate.url,
    KAFKA_BROKERS: kafka.brokers.join(','),
    ORDERS_TOPIC: topics.orders,
    SHIPMENTS_TOPIC: topics.shipments,
    AUDIT_TOPIC: topics.audit,
    KAFKA_GROUP_ID: groupId,
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
    // Longer than a test: what arrives was flushed at the end.
    OTEL_BSP_SCHEDULE_DELAY: '600000',
    ...variables,
  };
  const service = stack.use(startServiceUnderTest('orders', { ...settings, PORT: String(port) }));
  await service.line('Ready');
  return {
    service,
    url: `http://127.0.0.1:${port}`,
    gate,
    receiver,
    kafka,
    client: new Kafka({ clientId: 'test', brokers: kafka.brokers, logLevel: logLevel.NOTHING }),
    topics,
    groupId,
    async query(text) {
      const database = new pg.Client({ connectionString: postgres.url });
      await database.connect();
      try {
        return (await database.query(text)).rows;
      } finally {
        await database.end();
      }
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}
