import { hasMethods } from '../../core/option-rules.ts';
import type { ConsumerAdapter, StreamAdapter, StreamedRecord } from '../port/consumer-adapter.ts';
import type { PartitionOffset } from '../port/message.ts';
import { withCallback } from './callbacks.ts';
import { named } from './errors/client-errors.ts';
import type { Callback, CommitOptions, ConsumedMessage, Consumer, MessagesStream } from './shapes.ts';

type Offset = PartitionOffset & { readonly options: CommitOptions };

/** Consumers of `@platformatic/kafka`: they make streams. */
export const platformaticConsumer: ConsumerAdapter = {
  fits: (consumer) => hasMethods(consumer, 'consume', 'commit'),
  traced(client, trace) {
    const consumer = client as Consumer;
    const { clientId, groupId } = consumer;
    trace.learn({ clientId, groupId });
    const commitOffsets = trace.commit((offsets = []) => named(() => consumer.commit((offsets[0] as Offset).options)));
    const commit = withCallback((options: CommitOptions) => commitOffsets(offsetsOf(options)));
    return {
      consume: withCallback(async (options: unknown) => trace.stream(platformaticStream, await consumer.consume(options))),
      commit: (options: CommitOptions, callback?: Callback) =>
        hasOffsets(options) ? commit(options, callback) : (consumer.commit as (...args: unknown[]) => unknown)(options, callback),
    };
  },
};

/** Whether a commit can be traced; otherwise the client itself judges its argument. */
function hasOffsets(options: Partial<CommitOptions> | null | undefined): options is CommitOptions {
  return Array.isArray(options?.offsets) && options.offsets.length > 0;
}

function offsetsOf(options: CommitOptions): Offset[] {
  return options.offsets.map((each) => ({ topic: each?.topic, partition: each?.partition, offset: String(each?.offset), options }));
}

/** The streams of `@platformatic/kafka`. A stream has messages of all topics and partitions, in one order. */
export const platformaticStream: StreamAdapter = {
  fits(stream) {
    const { consumer, offsetsToCommit, [Symbol.asyncIterator]: iterate } = stream as Partial<MessagesStream>;
    return typeof iterate === 'function' && typeof consumer === 'object' && offsetsToCommit instanceof Map;
  },
  iterate(stream) {
    const { [Symbol.asyncIterator]: iterate } = Object.getPrototypeOf(stream) as MessagesStream;
    return iterate.call(stream as MessagesStream);
  },
  record(original): StreamedRecord {
    const { topic, partition, key, value, headers, headerEntries = headers, timestamp, offset } = original as ConsumedMessage;
    // A tombstone's value is undefined, or what a deserializer makes of that. All headers, as the client's Map has no repeats.
    const message = { key, value: value ?? null, headers: headerEntries, partition, timestamp: String(timestamp), offset: String(offset) };
    return { topic, partition, message, original };
  },
};
