// What kafkajs itself spends on encoding one record, by the number of trace headers: the floor of what tracing costs a sender.
import { createRequire } from 'node:module';

type Encode = (record: {
  offsetDelta: number;
  timestampDelta: number;
  key: string;
  value: Buffer;
  headers?: Record<string, string>;
}) => unknown;
const encode = createRequire(import.meta.url)('kafkajs/src/protocol/recordBatch/record/v0') as Encode;

const records = 200_000;
const value = Buffer.alloc(100, 'v');
const b3 = '0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-1';
const origin = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

const cases: readonly [name: string, headers: Record<string, string>][] = [
  ['no header', {}],
  ['b3', { b3 }],
  ['b3 and tracelink-origin', { b3, 'tracelink-origin': origin }],
];
for (const round of ['warm-up', 'measured', 'again']) {
  for (const [name, headers] of cases) {
    const started = process.cpuUsage();
    for (let index = 0; index < records; index++) {
      encode({ offsetDelta: index % 100, timestampDelta: 1, key: `key-${index}`, value, headers: { ...headers } });
    }
    const { user, system } = process.cpuUsage(started);
    if (round !== 'warm-up') console.log(`${name.padEnd(24)} ${((user + system) / records).toFixed(2)} µs of CPU a record`);
  }
}
