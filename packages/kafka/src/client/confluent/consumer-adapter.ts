import type { ConsumerAdapter } from '../port/consumer-adapter.ts';
import { connecting, isConfluent, type Consumer } from './shapes.ts';

/** Consumers of Confluent's KafkaJS API: kafkajs' shape, and no events that would tell who they are. */
export const confluentConsumer: ConsumerAdapter = {
  fits(consumer) {
    const { run, commitOffsets } = consumer as Partial<Consumer>;
    return isConfluent(consumer) && typeof run === 'function' && typeof commitOffsets === 'function';
  },
  traced(client, trace) {
    const consumer = client as Consumer;
    return {
      connect: connecting(consumer, trace),
      run: trace.run((...args) => consumer.run(...args)),
      commitOffsets: trace.commit((...args) => consumer.commitOffsets(...args)),
    };
  },
};
