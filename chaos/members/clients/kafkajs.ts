import { Kafka, logLevel, type Consumer, type EachBatchPayload, type PartitionOffset, type Producer } from 'kafkajs';
import type { CommittedPosition } from '../../judge/journal.ts';
import { mutated } from './kafkajs-mutants.ts';
import type { MemberClient, WatchedClients } from './member-client.ts';
import { reportCommit, reportDeadLetter, reportSent } from './report.ts';

/** Members on kafkajs. */
export const kafkajsMember: MemberClient = {
  clients: ({ brokers, topic, at, mutant }) => {
    reportSent(at);
    const kafka = new Kafka({
      clientId: 'chaos-member',
      brokers: [...brokers],
      logLevel: logLevel.NOTHING,
      requestTimeout: 3_000,
      retry: { initialRetryTime: 100, maxRetryTime: 1_000, retries: 20 },
    });
    const watched = {
      admin: kafka.admin.bind(kafka),
      consumer: (...config: Parameters<Kafka['consumer']>) => watchedConsumer(kafka.consumer(...config), topic, at),
      producer: (...config: Parameters<Kafka['producer']>) => watchedProducer(kafka.producer(...config), at),
    };
    return mutated(watched, mutant);
  },
  consumer: ({ sessionTimeout, fetchBytes, canCrash }) => ({
    sessionTimeout,
    heartbeatInterval: sessionTimeout / 10,
    rebalanceTimeout: 6_000,
    maxWaitTimeInMs: 100,
    maxBytesPerPartition: fetchBytes,
    ...(canCrash && { retry: { initialRetryTime: 50, retries: 2, restartOnFailure: async () => false } }),
  }),
  producer: { retry: { initialRetryTime: 50, retries: 2 } },
};

function watchedConsumer(consumer: Consumer, topic: string, at: WatchedClients['at']): Consumer {
  const watched = (payload: EachBatchPayload): EachBatchPayload => ({
    ...payload,
    commitOffsetsIfNecessary: (offsets) => {
      // kafkajs' types do not know the metadata.
      const positions: readonly (PartitionOffset & Partial<CommittedPosition>)[] = (offsets?.topics ?? []).flatMap((committed) =>
        committed.topic === topic ? committed.partitions : [],
      );
      const reported = positions.map(({ partition, offset, metadata = null }) => ({ partition, offset, metadata }));
      return reportCommit(reported, at, () => payload.commitOffsetsIfNecessary(offsets));
    },
  });
  return {
    ...consumer,
    run: (config) => consumer.run({ ...config, eachBatch: async (payload) => config?.eachBatch?.(watched(payload)) }),
  };
}

function watchedProducer(producer: Producer, at: WatchedClients['at']): Producer {
  return { ...producer, send: (record) => reportDeadLetter(at, () => producer.send(record)) };
}
