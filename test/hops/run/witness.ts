import { Consumer } from '@platformatic/kafka';
import type { RawHeaders } from '../../recorded/fixture-folder.ts';

/** A record as it stands in the log. */
export interface Witnessed {
  readonly headers: RawHeaders;
  readonly key: string | undefined;
}

/**
 * Reads the first `count` records of a topic, by their values. By another client than the one that is wrapped: kafkajs gives headers as an
 * object, which does not say what stood in which order.
 */
export async function witness(brokers: string[], topic: string, count: number): Promise<ReadonlyMap<string, Witnessed>> {
  const found = new Map<string, Witnessed>();
  if (count === 0) return found;
  const consumer = new Consumer({ clientId: 'witness', groupId: `witness-${topic}`, bootstrapBrokers: brokers });
  try {
    const stream = await consumer.consume({ topics: [topic], mode: 'earliest', autocommit: false });
    let seen = 0;
    for await (const { key, value, headerEntries } of stream) {
      const headers = headerEntries.map(([name, header]) => [name.toString(), text(header) ?? null] as const);
      const record = { key: text(key), headers };
      if (!found.has(value.toString())) found.set(value.toString(), record);
      if (++seen === count) break;
    }
  } finally {
    await consumer.close(true);
  }
  return found;
}

// The types say bytes where the client gives `undefined`: for Kafka's null.
function text(bytes: Buffer | undefined): string | undefined {
  return bytes?.toString();
}
