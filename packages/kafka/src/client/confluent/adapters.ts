import { hasMethods } from '../../core/option-rules.ts';
import type { ConsumerAdapter, RunConfigLike } from '../port/consumer-adapter.ts';
import type { GroupOffsets, ProducerAdapter, BatchRecordLike, RecordLike, TransactionLike } from '../port/producer-adapter.ts';
import { registerFactories } from '../kafkajs/adapters.ts';
import type { Registration } from '../port/registration.ts';
import { named } from './errors/protocol-name.ts';
import { withCopies, withCopiesOfAll } from './message-copies.ts';
import { asGiven, untilDisconnected } from './run-config.ts';
import { connecting, identityOf, isConfluent, type Consumer, type Producer } from './shapes.ts';

/**
 * Producers of Confluent's KafkaJS API. They write into the messages that they send, so that the client gets copies; and a producer is its
 * own transaction, so that what ends one is the producer's own method.
 */
export const confluentProducer: ProducerAdapter = {
  fits: (producer) => isConfluent(producer) && hasMethods(producer, 'send', 'sendBatch'),
  traced(client, trace) {
    const producer = client as Producer;
    const port: TransactionLike = {
      send: (record) => named(() => producer.send(withCopies(record))),
      sendBatch: (record) => named(() => producer.sendBatch(withCopiesOfAll(record))),
      sendOffsets: (offsets) => named(() => producer.sendOffsets((offsets as OfConsumer).given ?? offsets)),
      commit: () => named(() => producer.commit()),
      abort: () => named(() => producer.abort()),
    };
    const traced = trace.transaction(port);
    return {
      connect: connecting(producer, trace),
      send: (record: RecordLike) => traced.send(record),
      sendBatch: (record: BatchRecordLike) => traced.sendBatch(record),
      sendOffsets: (offsets: GroupOffsets) => traced.sendOffsets(withGroup(offsets)),
      commit: () => traced.commit(),
      abort: () => traced.abort(),
      // The client resolves with the producer itself, which is its caller's wrapper here.
      async transaction(this: unknown) {
        await producer.transaction();
        return this;
      },
    };
  },
};

/** Offsets of a transaction, for which the client is told a consumer instead of a group. */
interface OfConsumer extends GroupOffsets {
  readonly consumer?: object;
  /** What the application gave. */
  readonly given?: GroupOffsets;
}

function withGroup(given: OfConsumer | null | undefined): GroupOffsets {
  const consumer = given?.consumer as object;
  const { groupId: consumerGroupId } = isConfluent(consumer) ? identityOf(consumer) : {};
  const offsets = given as OfConsumer;
  return consumerGroupId === undefined ? offsets : ({ topics: offsets.topics, consumerGroupId, given: offsets } as OfConsumer);
}

/** Consumers of Confluent's KafkaJS API: kafkajs' shape, and no events that would tell who they are. */
export const confluentConsumer: ConsumerAdapter = {
  fits: (consumer) => isConfluent(consumer) && hasMethods(consumer, 'run', 'commitOffsets'),
  traced(client, trace) {
    const consumer = client as Consumer;
    let isDisconnecting = false;
    const run = trace.run((config, ...args) => consumer.run(config && untilDisconnected(config, () => isDisconnecting), ...args));
    return {
      connect: connecting(consumer, trace),
      run: (config: RunConfigLike | undefined, ...args: []) => run(config && asGiven(config), ...args),
      async disconnect() {
        isDisconnecting = true;
        await consumer.disconnect();
      },
      commitOffsets: trace.commit((...args) => named(() => consumer.commitOffsets(...args))),
    };
  },
  // With auto-commit nothing, as librdkafka commits what is resolved; without it all that is resolved, which is the application's to do.
  commitsAtOnce: (payload) => '_lastResolvedOffset' in payload,
};

/** Confluent's client: the `Kafka` of its KafkaJS API makes every client of that. */
export const confluentRegistration: Registration = {
  packageName: '@confluentinc/kafka-javascript',
  register: (library, wrap) => registerFactories((library['KafkaJS'] as Record<string, unknown> | undefined)?.['Kafka'], wrap),
};
