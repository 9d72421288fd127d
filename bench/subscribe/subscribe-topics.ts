import { EmbeddedKafka } from '@tracelink/embedded-kafka';
import { randomIds } from '../measure/random-ids.ts';

const keys = 500;
const batch = 1_000;

/** A broker in this process with a topic of one partition for each of `topics`, by its name: how many messages of 100 B, and what their `b3` says. */
export async function brokerWith(
  topics: Readonly<Record<string, { readonly count: number; readonly sampled: 0 | 1 }>>,
): Promise<EmbeddedKafka> {
  const names = Object.keys(topics);
  const kafka = await EmbeddedKafka.start({ topics: Object.fromEntries(names.map((name) => [name, 1])) });
  for (const [name, { count, sampled }] of Object.entries(topics))
    for (let sent = 0; sent < count; sent += batch)
      kafka.topic(name).append(
        0,
        Array.from({ length: Math.min(batch, count - sent) }, (_, index) => ({
          key: `key ${(sent + index) % keys}`,
          value: Buffer.alloc(100, 'v'),
          headers: { b3: b3(sampled) },
        })),
      );
  return kafka;
}

/** A creation context of its own for each message, as one span a message would write it. */
function b3(sampled: number): string {
  const { traceId, spanId } = randomIds();
  return `${traceId}-${spanId}-${sampled}`;
}
