import { EnvironmentError } from '@tracelink-demo/kit';
import { expect } from 'chai';
import { fulfilmentConfig } from '../src/config.ts';

describe('fulfilmentConfig', () => {
  it('requires the brokers only', () => {
    expect(fulfilmentConfig({ KAFKA_BROKERS: 'a:9092,b:9092' })).to.deep.equal({
      host: '127.0.0.1',
      port: 0,
      brokers: ['a:9092', 'b:9092'],
      ordersTopic: 'orders.placed',
      shipmentsTopic: 'shipments.created',
      groupId: 'fulfilment',
      sessionTimeout: 30_000,
      oversizeShelf: false,
      logLevel: 'info',
      shutdownTimeout: 9_000,
    });
  });

  it('reads all other settings from the environment', () => {
    const variables = {
      HOST: '0.0.0.0',
      PORT: '3001',
      KAFKA_BROKERS: 'a:9092',
      ORDERS_TOPIC: 'in',
      SHIPMENTS_TOPIC: 'out',
      KAFKA_GROUP_ID: 'packers',
      KAFKA_SESSION_TIMEOUT: '6000',
      OVERSIZE_SHELF: 'yes',
      LOG_LEVEL: 'debug',
      SHUTDOWN_TIMEOUT: '250',
    };
    expect(fulfilmentConfig(variables)).to.deep.equal({
      host: '0.0.0.0',
      port: 3_001,
      brokers: ['a:9092'],
      ordersTopic: 'in',
      shipmentsTopic: 'out',
      groupId: 'packers',
      sessionTimeout: 6_000,
      oversizeShelf: true,
      logLevel: 'debug',
      shutdownTimeout: 250,
    });
  });

  it('names everything that is missing or malformed', () => {
    expect(() => fulfilmentConfig({ PORT: 'x', LOG_LEVEL: 'loud' }))
      .to.throw(EnvironmentError)
      .with.property('problems')
      .that.deep.equals([
        'PORT must be a port from 0 to 65535, not "x"',
        'KAFKA_BROKERS is missing',
        'LOG_LEVEL must be one of trace, debug, info, warn, error, fatal, silent, not "loud"',
      ]);
  });
});
