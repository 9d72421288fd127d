import { ClientIdentity } from './client-identity.ts';
import { tracedEachBatch } from './each-batch.ts';
import { tracedEachMessage } from './each-message.ts';
import type { ConsumerLike, RunConfigLike } from './kafka-client.ts';
import type { ConsumerOptions } from './options.ts';
import { isWrapped, passThrough } from './pass-through.ts';
import { tracedCommit } from './settle.ts';
import { KafkaTracing } from './tracing.ts';
import { unpatched } from './unpatched.ts';

/**
 * A consumer with the interface of `consumer` whose handlers run in their message's context: `eachMessage` in a `process` span
 * that continues or links to the message's creation context, `eachBatch` in one that links to all of them (see
 * `forEachMessage` for each message's own). Everything else is the consumer's own.
 *
 * The caller's config is not written to; only the handler that is there is wrapped; what a handler throws reaches kafkajs as
 * the same object.
 *
 * @param consumer a kafkajs consumer, or one of the same shape; wrapping a wrapper returns it
 * @param options see {@link ConsumerOptions}
 */
export function wrapConsumer<C extends object>(consumer: C, options: ConsumerOptions = {}): C {
  if (isWrapped(consumer)) return consumer;
  const client = consumer as C & ConsumerLike;
  const tracing = new KafkaTracing(options, new ClientIdentity(client, options));
  const run = unpatched<ConsumerLike, 'run'>(client, 'run');
  const overrides: ConsumerLike = {
    run: (...args) => {
      const [config] = args;
      return config === undefined || config === null ? run(...args) : run(tracedConfig(tracing, config));
    },
    commitOffsets: (offsets) =>
      tracedCommit(
        tracing,
        () => ({ offsets }),
        () => client.commitOffsets(offsets),
      ),
  };
  return passThrough(client, overrides as Partial<C & ConsumerLike>);
}

function tracedConfig(tracing: KafkaTracing<ConsumerOptions>, config: RunConfigLike): RunConfigLike {
  const { eachMessage, eachBatch } = config;
  // kafkajs calls only eachMessage when both are there.
  if (typeof eachMessage === 'function') return { ...config, eachMessage: tracedEachMessage(tracing, eachMessage) };
  if (typeof eachBatch !== 'function') return config;
  const autoResolve = config.eachBatchAutoResolve ?? true;
  return { ...config, eachBatchAutoResolve: false, eachBatch: tracedEachBatch(tracing, eachBatch, autoResolve) };
}
