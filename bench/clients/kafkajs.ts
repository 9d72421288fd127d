import { createRequire } from 'node:module';
import type * as Kafkajs from 'kafkajs';
import { fetchBytes, newGroupId, type BenchClient } from './client.ts';
import { clientOf } from './kafkajs-api.ts';

export function kafkajs(brokers: readonly string[], byHand: () => Kafkajs.IHeaders): BenchClient {
  // As a module it would come past the hook of an instrumentation.
  const { Kafka, logLevel } = createRequire(import.meta.url)('kafkajs') as typeof Kafkajs;
  const kafka = new Kafka({ clientId: 'bench', brokers: [...brokers], logLevel: logLevel.NOTHING });
  const consumer = { maxBytesPerPartition: fetchBytes };
  const api = {
    producer: () => kafka.producer(),
    consumer: () => kafka.consumer({ groupId: newGroupId(), ...consumer }),
    subscribe: (each: Kafkajs.Consumer, topic: string) => each.subscribe({ topic, fromBeginning: true }),
  };
  return clientOf(api, [kafka, consumer], byHand);
}
