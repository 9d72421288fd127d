import { connect, type Socket } from 'node:net';
import { Kafka, logLevel, type Consumer, type EachBatchPayload, type KafkaConfig, type PartitionOffset, type Producer } from 'kafkajs';
import { tell, type Boundary, type CommittedPosition } from '../judge/journal.ts';

/** API keys of Kafka's protocol. */
const produce = 0;
const offsetCommit = 8;

/** The part of kafkajs' `Kafka` that makes clients. */
export type KafkaClients = Pick<Kafka, 'admin' | 'consumer' | 'producer'>;

/** The settings of a member's clients. */
export interface WatchedKafkaOptions {
  readonly brokers: readonly string[];
  /** Commits of other topics are not reported. */
  readonly topic: string;
  /** Called at each moment at which the member may be killed. */
  readonly at: (boundary: Boundary) => void;
}

/** kafkajs' clients, as `subscribe` takes them, that report every commit and dead-letter record at its moments. */
export function watchedKafka({ brokers, topic, at }: WatchedKafkaOptions): KafkaClients {
  const settings: KafkaConfig = {
    clientId: 'chaos-member',
    brokers: [...brokers],
    logLevel: logLevel.NOTHING,
    requestTimeout: 3_000,
    retry: { initialRetryTime: 100, maxRetryTime: 1_000, retries: 20 },
  };
  // Clients of their own, so that the socket identifies a request on the wire.
  const consumers = new Kafka({ ...settings, socketFactory: watchedSockets(offsetCommit, () => at('commit-sent')) });
  const producers = new Kafka({ ...settings, socketFactory: watchedSockets(produce, () => at('dead-letter-sent')) });
  return {
    admin: (config) => consumers.admin(config),
    consumer: (config) => watchedConsumer(consumers.consumer(config), topic, at),
    producer: (config) => watchedProducer(producers.producer(config), at),
  };
}

function watchedConsumer(consumer: Consumer, topic: string, at: (boundary: Boundary) => void): Consumer {
  const watched = (payload: EachBatchPayload): EachBatchPayload => ({
    ...payload,
    commitOffsetsIfNecessary: async (offsets) => {
      // kafkajs' types do not know the metadata.
      const positions: readonly (PartitionOffset & Partial<CommittedPosition>)[] = (offsets?.topics ?? []).flatMap((committed) =>
        committed.topic === topic ? committed.partitions : [],
      );
      for (const { partition, offset, metadata = null } of positions) tell({ kind: 'commit-asked', partition, offset, metadata });
      at('commit-asked');
      try {
        await payload.commitOffsetsIfNecessary(offsets);
      } catch (error) {
        tell({ kind: 'commit-failed', error: String(error) });
        throw error;
      }
      for (const { partition, offset, metadata = null } of positions) tell({ kind: 'committed', partition, offset, metadata });
      at('commit-acknowledged');
    },
  });
  return {
    ...consumer,
    run: (config) => consumer.run({ ...config, eachBatch: async (payload) => config?.eachBatch?.(watched(payload)) }),
  };
}

function watchedProducer(producer: Producer, at: (boundary: Boundary) => void): Producer {
  return {
    ...producer,
    send: async (record) => {
      at('dead-letter-asked');
      const metadata = await producer.send(record);
      at('dead-letter-acknowledged');
      return metadata;
    },
  };
}

/** Calls `onSent` as soon as the kernel has accepted a request of the kind. */
function watchedSockets(apiKey: number, onSent: () => void): NonNullable<KafkaConfig['socketFactory']> {
  return ({ host, port, onConnect }) => {
    const socket: Socket = connect({ host, port }, onConnect).setKeepAlive(true, 60_000);
    const write = socket.write.bind(socket) as (data: Buffer, encoding: BufferEncoding) => boolean;
    socket.write = ((data: Buffer, encoding: BufferEncoding) => {
      const isDrained = write(data, encoding);
      // After the four bytes of the length; kafkajs writes one request at a time.
      if (data.length > 6 && data.readInt16BE(4) === apiKey && socket.writableLength === 0) onSent();
      return isDrained;
    }) as Socket['write'];
    return socket;
  };
}
