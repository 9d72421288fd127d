import { Environment, logLevels, type LogLevel } from '@tracelink-demo/kit';

/** The settings from the environment; README.md has the table. */
export interface FulfilmentConfig {
  readonly host: string;
  /** The port of the health endpoint; 0 lets the system choose. */
  readonly port: number;
  readonly brokers: readonly string[];
  readonly ordersTopic: string;
  readonly shipmentsTopic: string;
  readonly groupId: string;
  /** Milliseconds after which another process gets the orders of a dead one. */
  readonly sessionTimeout: number;
  /** Whether there is a shelf for the article `oversize`. */
  readonly oversizeShelf: boolean;
  readonly logLevel: LogLevel;
  /** Milliseconds that the shutdown may take. */
  readonly shutdownTimeout: number;
}

/** @throws {EnvironmentError} naming every variable that is missing or malformed. */
export function fulfilmentConfig(variables: Readonly<Record<string, string | undefined>>): FulfilmentConfig {
  const environment = new Environment(variables);
  const config: FulfilmentConfig = {
    host: environment.text('HOST', '127.0.0.1'),
    port: environment.port('PORT', 0),
    brokers: environment.addresses('KAFKA_BROKERS'),
    ordersTopic: environment.text('ORDERS_TOPIC', 'orders.placed'),
    shipmentsTopic: environment.text('SHIPMENTS_TOPIC', 'shipments.created'),
    groupId: environment.text('KAFKA_GROUP_ID', 'fulfilment'),
    sessionTimeout: environment.wholeNumber('KAFKA_SESSION_TIMEOUT', 30_000, 1),
    oversizeShelf: environment.oneOf('OVERSIZE_SHELF', ['no', 'yes'], 'no') === 'yes',
    logLevel: environment.oneOf('LOG_LEVEL', logLevels, 'info'),
    shutdownTimeout: environment.wholeNumber('SHUTDOWN_TIMEOUT', 9_000, 1),
  };
  environment.check();
  return config;
}
