// What a subscription costs beside kafkajs' own eachMessage, and what keys side by side gain. On an embedded broker in this process.
import { EmbeddedKafka } from '@tracelink/embedded-kafka';
import { median } from './median.ts';
import { runChild } from './run-child.ts';
import type { SubscribeTask } from './subscribe-child.ts';

const rounds = 3;
const messages = 100_000;
const slowMessages = 20_000;
const keys = 500;

await using kafka = await EmbeddedKafka.start({ topics: { sampled: 1, unsampled: 1, slow: 1 } });
fill('sampled', messages, 1);
fill('unsampled', messages, 0);
fill('slow', slowMessages, 1);

const throughput = [
  { name: 'eachMessage, bare', way: 'eachMessage', sdk: 'none' },
  { name: 'eachMessage, wrapped, sampled', way: 'wrapped', sdk: 'sampled' },
  { name: 'eachMessage, wrapped, unsampled', way: 'wrapped', sdk: 'unsampled' },
  { name: 'subscribe, no SDK', way: 'subscribe', sdk: 'none' },
  { name: 'subscribe, unsampled', way: 'subscribe', sdk: 'unsampled' },
  { name: 'subscribe, sampled', way: 'subscribe', sdk: 'sampled' },
] as const;
const rates = new Map<string, number[]>(throughput.map(({ name }) => [name, []]));
for (let round = 0; round < rounds; round++)
  for (const { name, way, sdk } of throughput)
    rates.get(name)?.push(await measure({ way, sdk, topic: sdk === 'unsampled' ? 'unsampled' : 'sampled', messages }));
const bare = rates.get('eachMessage, bare') ?? [];
for (const [name, found] of rates) {
  const ratio = median(found.map((rate, round) => rate / (bare[round] ?? NaN)));
  console.log(`${name.padEnd(32)} ${Math.round(median(found)).toLocaleString('en').padStart(10)}/s  ${ratio.toFixed(2)} of bare`);
}
const slow = { way: 'subscribe', sdk: 'sampled', topic: 'slow', handlerMs: 5 } as const;
const one = await measure({ ...slow, messages: 500 });
const side = await measure({ ...slow, messages: slowMessages, keys: 32 });
console.log(
  `a handler of 5 ms: ${Math.round(one)}/s one after the other, ${Math.round(side)}/s with 32 keys: ${(side / one).toFixed(1)} times`,
);

function measure(task: Partial<SubscribeTask> & Pick<SubscribeTask, 'way' | 'sdk' | 'topic' | 'messages'>): Promise<number> {
  return runChild<number>('./subscribe-child.ts', { brokers: kafka.brokers, handlerMs: 0, keys: 1, ...task } satisfies SubscribeTask);
}

/** @param sampled what each message says of its trace: 1 or 0 */
function fill(topic: string, count: number, sampled: number): void {
  for (let sent = 0; sent < count; sent += 1_000)
    kafka.topic(topic).append(
      0,
      Array.from({ length: 1_000 }, (_, index) => ({
        key: `key ${(sent + index) % keys}`,
        value: Buffer.alloc(100, 'v'),
        headers: { b3: b3(sent + index, sampled) },
      })),
    );
}

/** A creation context of its own for each message, as one span a message would write it. */
function b3(index: number, sampled: number): string {
  const spanId = (0x1000000000000000n + BigInt(index)).toString(16);
  return `0af7651916cd43dd${spanId}-${spanId}-${sampled}`;
}
