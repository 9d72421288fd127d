import type { StreamAdapter, StreamedRecord } from '../port/consumer-adapter.ts';
import type { ConsumedMessage, MessagesStream } from './shapes.ts';

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
    const { topic, partition, key, value, headerEntries, timestamp, offset } = original as ConsumedMessage;
    // A tombstone's value is undefined, or what a deserializer makes of that. All headers, as the client's Map has no repeats.
    const message = { key, value: value ?? null, headers: headerEntries, partition, timestamp: String(timestamp), offset: String(offset) };
    return { topic, partition, message, original };
  },
};
