import { EnvironmentError } from '@tracelink-demo/kit';
import { expect } from 'chai';
import { ordersConfig } from '../src/config.ts';

describe('ordersConfig', () => {
  it('requires the database and the brokers only', () => {
    expect(ordersConfig({ DATABASE_URL: 'postgres://db/orders', KAFKA_BROKERS: 'a:9092,b:9092' })).to.deep.equal({
      host: '127.0.0.1',
      port: 3_000,
      databaseUrl: 'postgres://db/orders',
      brokers: ['a:9092', 'b:9092'],
      ordersTopic: 'orders.placed',
      shipmentsTopic: 'shipments.created',
      auditTopic: 'audit.notes',
      auditConcurrency: 5,
      auditBacklog: 1_000,
      groupId: 'orders',
      logLevel: 'info',
      shutdownTimeout: 9_000,
    });
  });

  it('reads all other settings from the environment', () => {
    const variables = {
      HOST: '0.0.0.0',
      PORT: '8080',
      DATABASE_URL: 'postgres://db/orders',
      KAFKA_BROKERS: 'a:9092',
      ORDERS_TOPIC: 'out',
      SHIPMENTS_TOPIC: 'in',
      AUDIT_TOPIC: 'notes',
      AUDIT_CONCURRENCY: '1',
      AUDIT_BACKLOG: '0',
      KAFKA_GROUP_ID: 'clerks',
      LOG_LEVEL: 'debug',
      SHUTDOWN_TIMEOUT: '250',
    };
    expect(ordersConfig(variables)).to.deep.equal({
      host: '0.0.0.0',
      port: 8_080,
      databaseUrl: 'postgres://db/orders',
      brokers: ['a:9092'],
      ordersTopic: 'out',
      shipmentsTopic: 'in',
      auditTopic: 'notes',
      auditConcurrency: 1,
      auditBacklog: 0,
      groupId: 'clerks',
      logLevel: 'debug',
      shutdownTimeout: 250,
    });
  });

  it('names everything that is missing or malformed', () => {
    expect(() => ordersConfig({ PORT: '65536', LOG_LEVEL: 'loud' }))
      .to.throw(EnvironmentError)
      .with.property('problems')
      .that.deep.equals([
        'PORT must be a port from 0 to 65535, not "65536"',
        'DATABASE_URL is missing',
        'KAFKA_BROKERS is missing',
        'LOG_LEVEL must be one of trace, debug, info, warn, error, fatal, silent, not "loud"',
      ]);
  });
});
