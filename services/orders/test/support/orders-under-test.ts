import { kafkaUnderTest, OtlpReceiver, type KafkaUnderTest } from '@tracelink/testing';
import { Kafka, logLevel } from 'kafkajs';
import pg from 'pg';
import { startEmbeddedPostgres } from '../../../../demo/postgres/embedded-postgres.ts';
import { freePort } from '../../../../demo/free-port.ts';
import { startServiceUnderTest, type ServiceUnderTest } from '../../../kit/test/support/service-under-test.ts';
import { openDatabaseGate, type DatabaseGate } from './database-gate.ts';

/** The real process of orders with all its dependencies. */
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
  /** Starts one more process of the service, with the same settings but for its port and those given, and waits for the same line. */
  another(variables?: Readonly<Record<string, string>>): Promise<{ readonly service: ServiceUnderTest; readonly url: string }>;
  /** Runs a statement past the gate. */
  query(text: string): Promise<unknown[]>;
}

/** Starts orders and waits until it is ready, or has written another line. */
export async function ordersUnderTest(variables: Readonly<Record<string, string>> = {}, line = 'Ready'): Promise<OrdersUnderTest> {
  const stack = new AsyncDisposableStack();
  const kafka = stack.use(await kafkaUnderTest());
  const postgres = stack.use(await startEmbeddedPostgres());
  const gate = stack.use(await openDatabaseGate(postgres.url));
  const receiver = stack.use(await OtlpReceiver.start());
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
  const another: OrdersUnderTest['another'] = async (others = {}) => {
    const port = await freePort();
    const service = stack.use(startServiceUnderTest('orders', { ...settings, ...others, PORT: String(port) }));
    await service.line(line);
    return { service, url: `http://127.0.0.1:${port}` };
  };
  return {
    ...(await another()),
    another,
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
