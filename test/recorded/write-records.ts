import { Producer } from '@platformatic/kafka';

/** A record for a topic, with its headers as they shall stand in the log. */
export interface RawRecord {
  readonly headers: readonly (readonly [name: string, value: string | Buffer | null])[];
  readonly key?: string | Buffer | null;
  readonly value?: string | null;
  /** Milliseconds since the epoch. @default now */
  readonly timestamp?: number;
}

/** Writes records byte for byte, by topic. By a client that writes nulls and repeats, which kafkajs does not. */
export async function writeRecords(brokers: readonly string[], topics: ReadonlyMap<string, readonly RawRecord[]>): Promise<void> {
  const producer = new Producer({ clientId: 'planted', bootstrapBrokers: [...brokers] });
  try {
    await producer.send({ messages: [...topics].flatMap(([topic, records]) => records.map((record) => messageOf(topic, record))) });
  } finally {
    await producer.close();
  }
}

function messageOf(topic: string, { headers, key = null, value = 'v', timestamp }: RawRecord) {
  return {
    topic,
    partition: 0,
    ...(key !== null && { key: Buffer.from(key) }),
    ...(value !== null && { value: Buffer.from(value) }),
    ...(timestamp !== undefined && { timestamp: BigInt(timestamp) }),
    headers: new Map(headers.map(([name, header]) => [Buffer.from(name), bytes(header)])),
  };
}

// Its types have no null, which it writes.
function bytes(header: string | Buffer | null): Buffer {
  return header === null ? (null as unknown as Buffer) : Buffer.from(header);
}
