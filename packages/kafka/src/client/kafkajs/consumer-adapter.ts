import { unpatched } from '../port/delegate.ts';
import type { ConsumerAdapter, PortRunConfig } from '../port/consumer-adapter.ts';
import type { PartitionOffset } from '../port/message.ts';

interface Consumer {
  run(config?: PortRunConfig): Promise<void>;
  commitOffsets(offsets?: readonly PartitionOffset[]): Promise<void>;
}

/** Consumers of kafkajs, and whatever has their shape. */
export const kafkajsConsumer: ConsumerAdapter = {
  fits(consumer) {
    const { run, commitOffsets } = consumer as Partial<Consumer>;
    return typeof run === 'function' && typeof commitOffsets === 'function';
  },
  traced(client, trace) {
    const consumer = client as Consumer;
    return {
      run: trace.run(unpatched<Consumer, 'run'>(consumer, 'run', () => trace.isTraced())),
      commitOffsets: trace.commit((...args) => consumer.commitOffsets(...args)),
    };
  },
};
