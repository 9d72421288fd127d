import { hasMethods } from '../../core/option-rules.ts';
import type { ConsumerAdapter, RunConfigLike } from '../port/consumer-adapter.ts';
import { unpatched } from '../port/delegate.ts';
import type { PartitionOffset } from '../port/message.ts';
import { outermost, replaceMethod, setBare, type Registration, type WrapClients } from '../port/registration.ts';
import type { ProducerAdapter, SenderLike, TransactionLike } from '../port/producer-adapter.ts';

interface Producer extends SenderLike {
  transaction?(): Promise<TransactionLike>;
}

/** Producers of kafkajs, and whatever has their shape. The port is made after them, so there is nothing to bring to it. */
export const kafkajsProducer: ProducerAdapter = {
  fits: (producer) => hasMethods(producer, 'send', 'sendBatch'),
  traced(client, trace) {
    const producer = client as Producer;
    const sender = trace.sender(producer);
    if (typeof producer.transaction !== 'function') return sender;
    const begin = unpatched<Producer, 'transaction'>(producer, 'transaction', () => trace.isTraced()) as () => Promise<TransactionLike>;
    return { ...sender, transaction: async (...args: []) => trace.transaction(await begin(...args)) };
  },
};

interface Consumer {
  run(config?: RunConfigLike): Promise<void>;
  commitOffsets(offsets?: readonly PartitionOffset[]): Promise<void>;
}

/** Consumers of kafkajs, and whatever has their shape. */
export const kafkajsConsumer: ConsumerAdapter = {
  fits: (consumer) => hasMethods(consumer, 'run', 'commitOffsets'),
  traced(client, trace) {
    const consumer = client as Consumer;
    return {
      run: trace.run(unpatched<Consumer, 'run'>(consumer, 'run', () => trace.isTraced())),
      commitOffsets: trace.commit((...args) => consumer.commitOffsets(...args)),
    };
  },
};

interface KafkaClass {
  readonly prototype: object;
}

/** kafkajs: its `Kafka` makes every client. */
export const kafkajsRegistration: Registration = {
  packageName: 'kafkajs',
  register: (library, wrap) => registerFactories(library['Kafka'], wrap),
};

/** Has the factories of a class give wrapped clients. */
export function registerFactories(kafka: unknown, wrap: WrapClients): void {
  if (typeof kafka !== 'function') return;
  const { prototype } = kafka as unknown as KafkaClass;
  for (const name of ['producer', 'consumer'] as const)
    replaceMethod(
      prototype,
      name,
      (original) =>
        function factory(...args) {
          const bare = original.apply(this, args) as object;
          return setBare(
            outermost(wrap[name](bare), () => wrap.isTraced()),
            { value: bare },
          );
        },
    );
}
