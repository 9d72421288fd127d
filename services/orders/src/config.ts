import { Environment, logLevels, type LogLevel } from '@tracelink-demo/kit';

/** The settings from the environment; README.md has the table. */
export interface OrdersConfig {
  readonly host: string;
  readonly port: number;
  readonly databaseUrl: string;
  readonly brokers: readonly string[];
  readonly ordersTopic: string;
  readonly shipmentsTopic: string;
  /** The topic for audit notes beyond this process' backlog. */
  readonly auditTopic: string;
  /** Audit notes that are written at the same time. */
  readonly auditConcurrency: number;
  /** The backlog: audit notes that may wait; the next one is spilled. */
  readonly auditBacklog: number;
  readonly groupId: string;
  readonly logLevel: LogLevel;
  /** Milliseconds that the shutdown may take. */
  readonly shutdownTimeout: number;
}

/** @throws {EnvironmentError} naming every variable that is missing or malformed. */
export function ordersConfig(variables: Readonly<Record<string, string | undefined>>): OrdersConfig {
  const environment = new Environment(variables);
  const config: OrdersConfig = {
    host: environment.text('HOST', '127.0.0.1'),
    port: environment.port('PORT', 3000),
    databaseUrl: environment.text('DATABASE_URL'),
    brokers: environment.addresses('KAFKA_BROKERS'),
    ordersTopic: environment.text('ORDERS_TOPIC', 'orders.placed'),
    shipmentsTopic: environment.text('SHIPMENTS_TOPIC', 'shipments.created'),
    auditTopic: environment.text('AUDIT_TOPIC', 'audit.notes'),
    auditConcurrency: environment.wholeNumber('AUDIT_CONCURRENCY', 5, 1),
    auditBacklog: environment.wholeNumber('AUDIT_BACKLOG', 1_000, 0),
    groupId: environment.text('KAFKA_GROUP_ID', 'orders'),
    logLevel: environment.oneOf('LOG_LEVEL', logLevels, 'info'),
    shutdownTimeout: environment.wholeNumber('SHUTDOWN_TIMEOUT', 9_000, 1),
  };
  environment.check();
  return config;
}
