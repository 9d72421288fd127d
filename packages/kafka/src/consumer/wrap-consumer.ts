import { checkConsumerOptions } from '../telemetry/check-options.ts';
import { ConsumerTracing } from './consumer-telemetry.ts';
import { tracedEachBatch } from './each-batch.ts';
import { tracedEachMessage } from './each-message.ts';
import { consumerAdapter } from '../client/adapters.ts';
import { bareClient } from '../client/port/registration.ts';
import type { RunConfigLike } from '../client/kafka-client.ts';
import { KafkaTracingError } from '../core/kafka-tracing-error.ts';
import type { ConsumerOptions } from '../telemetry/options.ts';
import { isWrapped, passThrough } from '../client/port/delegate.ts';
import { tracedStream } from './traced-stream.ts';
import { tracedCommit } from '../telemetry/commit-span.ts';

/**
 * Returns a consumer with the interface of `consumer` whose handlers run in their message's context. `eachMessage` runs in a `process` span
 * that continues the trace of its message, or links to it. `eachBatch` runs in a span that links to all its messages; `forEachMessage`
 * gives each message its own span. `commitOffsets` makes a `commit` span. Everything else is the consumer's own.
 *
 * The caller's config is never written to, only the handler that it has is wrapped, and what a handler throws reaches kafkajs as the same
 * object.
 *
 * @param client a consumer of any of the libraries in docs/clients/which-client.md, or one of kafkajs' shape; wrapping a wrapper returns it
 * @param options see {@link ConsumerOptions}; read once, here
 * @throws {KafkaTracingError} `not_a_client`, `unknown_option`, `invalid_option`; nothing of ours throws later
 */
export function wrapConsumer<C extends object>(client: C, options: ConsumerOptions = {}): C {
  const consumer = bareClient(client);
  const adapter = consumerAdapter(consumer);
  if (adapter === undefined) throw new KafkaTracingError('not_a_client', 'wrapConsumer takes a consumer: what kafka.consumer() returns.');
  if (isWrapped(consumer)) return consumer;
  checkConsumerOptions(options);
  const tracing = new ConsumerTracing(consumer, options);
  const overrides = adapter.traced(consumer, {
    isTraced: () => tracing.isTraced,
    learn: (identity) => tracing.identity.learn(identity),
    run:
      (run) =>
      (...args) => {
        const [config] = args;
        return config === undefined || config === null ? run(...args) : run(tracedConfig(tracing, config));
      },
    commit:
      (commit) =>
      (...args) => {
        const [offsets] = args;
        return offsets === undefined || offsets === null
          ? commit(...args)
          : tracedCommit(
              tracing,
              () => ({ offsets }),
              () => commit(...args),
            );
      },
    stream: (streams, stream) => tracedStream(tracing, streams, stream),
  });
  return passThrough(consumer, overrides as Partial<C>);
}

function tracedConfig(tracing: ConsumerTracing, config: RunConfigLike): RunConfigLike {
  const { eachMessage, eachBatch } = config;
  // kafkajs calls only eachMessage when the config has both.
  if (typeof eachMessage === 'function') return { ...config, eachMessage: tracedEachMessage(tracing, eachMessage) };
  if (typeof eachBatch !== 'function') return config;
  const { eachBatchAutoResolve: autoResolve = true, autoCommit = true } = config;
  tracing.commitsDue = autoCommit;
  return { ...config, eachBatchAutoResolve: false, eachBatch: tracedEachBatch(tracing, eachBatch, autoResolve) };
}
