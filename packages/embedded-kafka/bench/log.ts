// The cost of the log alone, without sockets: node --expose-gc packages/embedded-kafka/bench/log.ts
import { randomBytes } from 'node:crypto';
import { Clock } from '../src/core/clock.ts';
import { PartitionLog } from '../src/log/partition-log.ts';
import { crc32c } from '../src/records/crc32c.ts';
import { encodeBatch } from '../src/records/encode-batch.ts';

const RECORDS = 1_000_000;
const MB = 1_000_000;

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function seconds(work: () => void): number {
  const start = performance.now();
  work();
  return (performance.now() - start) / 1_000;
}

/** The best of a few rounds: other processes on the machine only make it slower. */
function best(rounds: number, work: () => void): number {
  return Math.min(...Array.from({ length: rounds }, () => seconds(work)));
}

function newLog(): PartitionLog {
  const config = {
    timestampType: 'CreateTime',
    maxMessageBytes: 2 * MB,
    retentionMs: -1,
    retentionBytes: -1,
    cleanupPolicy: 'delete',
  } as const;
  return new PartitionLog({ topic: 'bench', partition: 0, clock: new Clock(), config: () => config });
}

function readAll(log: PartitionLog): number {
  let bytes = 0;
  for (let offset = 0; offset < log.endOffset;) {
    const read = log.read({ offset, maxBytes: 1_048_576, minOne: true, isolation: 'read_uncommitted' });
    bytes += read.bytes;
    // The last batch of a read says where the next one starts; here all batches are alike.
    offset += Math.round((read.bytes / log.sizeInBytes) * log.endOffset);
  }
  return bytes;
}

for (const size of [200, 1_200, 115_000]) {
  const bytes = randomBytes(size + 1).subarray(1);
  const repeats = Math.ceil((200 * MB) / size);
  const time = best(5, () => {
    for (let i = 0; i < repeats; i++) crc32c(bytes);
  });
  say(`crc32c of ${size} B: ${((repeats * size) / time / 1e9).toFixed(2)} GB/s`);
}

for (const recordsPerBatch of [1_000, 1]) {
  const records = Array.from({ length: recordsPerBatch }, () => ({ value: randomBytes(100), timestamp: 1 }));
  const batch = encodeBatch({ records });
  globalThis.gc?.();
  const before = process.memoryUsage();
  const log = newLog();
  const append = seconds(() => {
    for (let i = 0; i < RECORDS / recordsPerBatch; i++) log.append(batch, { allowTransactional: () => 'NONE' });
  });
  globalThis.gc?.();
  const after = process.memoryUsage();
  const read = best(3, () => {
    if (readAll(log) < log.sizeInBytes) throw new Error('not all was read');
  });
  say(
    `${RECORDS} records of 100 B, ${recordsPerBatch} a batch (${(log.sizeInBytes / MB).toFixed(0)} MB): ` +
      `append ${(RECORDS / append / 1e6).toFixed(2)} M records/s (${(log.sizeInBytes / append / 1e9).toFixed(2)} GB/s), ` +
      `read ${(read * 1_000).toFixed(2)} ms, RSS ${(after.rss / MB).toFixed(0)} MB (+${((after.rss - before.rss) / MB).toFixed(0)}), ` +
      `heap +${((after.heapUsed - before.heapUsed) / MB).toFixed(0)} MB`,
  );
}
