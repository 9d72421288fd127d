// Reads records with one context by the code of two checkouts, a millisecond each in turn: what the neighbours on the machine take, they
// take from both. Answers the time of each.
import { pathToFileURL } from 'node:url';
import type * as Propagation from '@tracelink/propagation';
import { randomIds } from '../measure/random-ids.ts';

/** Folders of checkouts. */
export interface ExtractTask {
  readonly first: string;
  readonly second: string;
}

/** Nanoseconds a record, in the fastest tenth of the rounds. */
export interface ExtractTimes {
  readonly first: number;
  readonly second: number;
}

const warmUp = 100;
const rounds = 1_000;

const task = JSON.parse(process.argv[2] ?? '') as ExtractTask;
// As our producer writes them, and more of them than a branch predictor remembers.
const records = Array.from({ length: 2_000 }, () => {
  const { traceId, spanId } = randomIds();
  const context = `00-${traceId}-${spanId}-01`;
  return {
    'content-type': Buffer.from('application/json'),
    traceparent: Buffer.from(context),
    'tracelink-origin': Buffer.from(context),
  };
});
const readers = [await readerOf(task.first), await readerOf(task.second)] as const;
const samples: [first: number, second: number][] = [];
for (let round = -warmUp; round < rounds; round++) {
  const sample: [number, number] = [readers[0](), readers[1]()];
  if (round >= 0) samples.push(sample);
}
process.stdout.write(JSON.stringify({ first: fastest(0), second: fastest(1) } satisfies ExtractTimes));

function fastest(side: 0 | 1): number {
  const sorted = samples.map((sample) => sample[side]).sort((one, two) => one - two);
  return sorted[Math.floor(rounds / 10)] as number;
}

/** Reads all records for what the span of a consumer needs, and answers the nanoseconds of one. */
async function readerOf(checkout: string): Promise<() => number> {
  const source = pathToFileURL(`${checkout}/packages/propagation/src/index.ts`);
  const { kafkaPropagation } = (await import(source.href)) as typeof Propagation;
  const propagation = kafkaPropagation({ inject: ['w3c'], extract: ['w3c', 'b3'] });
  return () => {
    let found = 0;
    const started = process.hrtime.bigint();
    for (const headers of records) {
      const { creationContext, conflicts, origin, brokenFrom } = propagation.extract({ ...headers }, 'orders');
      if (creationContext !== undefined && origin !== undefined && conflicts.length === 0 && brokenFrom === undefined) found++;
    }
    const nanoseconds = Number(process.hrtime.bigint() - started);
    if (found !== records.length) throw new Error(`${checkout} read one context in ${found} of ${records.length} records.`);
    return nanoseconds / records.length;
  };
}
