import { Kafka, logLevel, type Consumer } from 'kafkajs';
import { fetchBytes, newGroupId, type BenchClient } from './client.ts';
import { clientOf } from './kafkajs-api.ts';

export function kafkajs(brokers: readonly string[]): BenchClient {
  const kafka = new Kafka({ clientId: 'bench', brokers: [...brokers], logLevel: logLevel.NOTHING });
  const consumer = { maxBytesPerPartition: fetchBytes };
  const api = {
    producer: () => kafka.producer(),
    consumer: () => kafka.consumer({ groupId: newGroupId(), ...consumer }),
    subscribe: (each: Consumer, topic: string) => each.subscribe({ topic, fromBeginning: true }),
  };
  return clientOf(api, [kafka, consumer]);
}
