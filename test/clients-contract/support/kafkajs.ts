import { Kafka, logLevel } from 'kafkajs';
import type { TestClient } from './client.ts';
import { KafkajsSession } from './kafkajs-api.ts';

/** kafkajs. */
export const kafkajs: TestClient = {
  name: 'kafkajs',
  loop: 'eachBatch',
  redelivers: true,
  async open(brokers, clientId, groupId) {
    const kafka = new Kafka({ brokers, clientId, logLevel: logLevel.NOTHING, retry: { initialRetryTime: 50, retries: 10 } });
    const api = {
      producer: (_: Kafka, transactionalId?: string) =>
        kafka.producer(transactionalId === undefined ? {} : { transactionalId, idempotent: true, maxInFlightRequests: 1 }),
      consumer: () => kafka.consumer({ groupId, sessionTimeout: 10_000, heartbeatInterval: 500, maxWaitTimeInMs: 100 }),
    };
    return new KafkajsSession(api, kafka, groupId);
  },
};
