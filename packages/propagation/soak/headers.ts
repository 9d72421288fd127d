import { setImmediate } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { type Extraction, type KafkaPropagation, kafkaPropagation } from '@tracelink/propagation';
import { RandomHeaders } from './random-headers.ts';

const help = `Reads and writes random message headers, good and hostile, and measures each.

  npm run soak:headers -- [--count 1000000] [--seed 1]

  --count  header sets, at least 1000
  --seed   same seed, same header sets

Ends with 1 when one set throws, or when 99.9 % of the extractions, or of the injections, do not fit into ten times what half of
the first sets take in the same run, so that a slow machine is not taken for slow code. A set that does not fit is measured again, up
to five times, and its best time counts: that tells slow input from a busy machine. The first 20,000 sets warm up and are not measured. The rows "at the first try" show the times without that, interruptions of the process included.
Ctrl-C stops it and prints what was measured so far.
`;
/** A hostile set may cost so many times what a usual one costs. */
const budgetFactor = 10;
const attempts = 5;
const chunk = 5000;
/** Sets that are read before the clock counts: what is measured is the codecs, not the compiler that is still at them. */
const warmUp = 20_000;

interface Timings {
  readonly extract: Float64Array;
  readonly inject: Float64Array;
  readonly firstExtract: Float64Array;
  readonly firstInject: Float64Array;
}

const { values } = parseArgs({
  options: { count: { type: 'string', default: '1000000' }, seed: { type: 'string', default: '1' }, help: { type: 'boolean' } },
});
const count = Number(values.count);
const seed = Number(values.seed);

if (values.help === true) {
  process.stdout.write(help);
} else if (!Number.isSafeInteger(count) || count < 1000 || !Number.isSafeInteger(seed)) {
  process.stderr.write(`--count must be a whole number from 1000, --seed a whole number.\n\n${help}`);
  process.exitCode = 2;
} else {
  process.exitCode = await soak(count, seed);
}

async function soak(total: number, firstSeed: number): Promise<number> {
  const propagation = kafkaPropagation({ inject: ['w3c', 'b3', 'b3multi', 'jaeger', 'cloudevents', 'sw8'] });
  const random = new RandomHeaders(firstSeed);
  const microseconds = (): Float64Array => new Float64Array(total);
  const timings: Timings = { extract: microseconds(), inject: microseconds(), firstExtract: microseconds(), firstInject: microseconds() };
  const stop = new AbortController();
  const onInterrupt = (): void => stop.abort();
  process.once('SIGINT', onInterrupt);
  for (let set = 0; set < warmUp; set++) roundTrip(propagation, random.next());
  const budget = budgetOf(propagation, random);
  let done = 0;
  while (done < total && !stop.signal.aborted) {
    // Made before the clock runs, so that the garbage of making them is not what is measured.
    const sets = Array.from({ length: Math.min(chunk, total - done) }, () => random.next());
    for (const headers of sets) {
      try {
        measure(propagation, headers, budget, timings, done);
      } catch (error) {
        process.stderr.write(`\nset ${done} of seed ${firstSeed} threw: ${error instanceof Error ? error.stack : String(error)}\n`);
        return 1;
      }
      done++;
    }
    if (done % (20 * chunk) === 0)
      process.stdout.write(`${process.stdout.isTTY ? '\r' : '\n'}${done.toLocaleString('en')} of ${total.toLocaleString('en')}`);
    // Lets Ctrl-C in.
    await setImmediate();
  }
  process.off('SIGINT', onInterrupt);
  process.stdout.write('\n');
  report('extract at the first try', timings.firstExtract.subarray(0, done));
  report('inject at the first try', timings.firstInject.subarray(0, done));
  const extracted = report('extract', timings.extract.subarray(0, done), budget.extract);
  const injected = report('inject', timings.inject.subarray(0, done), budget.inject);
  return extracted <= budget.extract && injected <= budget.inject ? 0 : 1;
}

/** Microseconds for a set. */
interface Costs {
  readonly extract: number;
  readonly inject: number;
}

/** What a set may cost on this machine. */
function budgetOf(propagation: KafkaPropagation, random: RandomHeaders): Costs {
  const usual = Array.from({ length: chunk }, () => timeOf(propagation, random.next()));
  const median = (of: keyof Costs): number => usual.map((times) => times[of]).toSorted((a, b) => a - b)[chunk / 2] ?? 0;
  return { extract: budgetFactor * median('extract'), inject: budgetFactor * median('inject') };
}

/** Microseconds that reading and writing a set takes, once. */
function timeOf(propagation: KafkaPropagation, headers: unknown): Costs {
  const start = performance.now();
  const middle = roundTrip(propagation, headers);
  return { extract: (middle - start) * 1000, inject: (performance.now() - middle) * 1000 };
}

/** Measures one set; what exceeds the budget once may be the machine's fault, what always does is the set's. */
function measure(propagation: KafkaPropagation, headers: unknown, budget: Costs, timings: Timings, index: number): void {
  let extract = Infinity;
  let inject = Infinity;
  for (let attempt = 0; attempt < attempts && (extract > budget.extract || inject > budget.inject); attempt++) {
    const times = timeOf(propagation, headers);
    extract = Math.min(extract, times.extract);
    inject = Math.min(inject, times.inject);
    if (attempt > 0) continue;
    timings.firstExtract[index] = extract;
    timings.firstInject[index] = inject;
  }
  timings.extract[index] = extract;
  timings.inject[index] = inject;
}

/** Reads a set and writes what it said over it; returns when it was read. */
function roundTrip(propagation: KafkaPropagation, headers: unknown): number {
  const extraction = propagation.extract(headers, 'soak');
  readAll(extraction);
  const middle = performance.now();
  propagation.injection(extraction.asParent(), 'soak').into(headers);
  return middle;
}

/** Asks for what is read at first use only, so that all reading counts as extraction and none as injection. */
function readAll({ origin, relation, hops, baggage, attributes }: Extraction): readonly unknown[] {
  return [origin, relation, hops, baggage, attributes];
}

/** Prints the percentiles in microseconds and returns the 99.9th. */
function report(what: string, microseconds: Float64Array, budget?: number): number {
  const sorted = microseconds.toSorted();
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  const parts = Object.entries({ p50: at(0.5), p99: at(0.99), 'p99.9': at(0.999), max: at(1) }).map(
    ([name, value]) => `${name} ${value.toFixed(1)}`,
  );
  process.stdout.write(`${what.padEnd(24)} ${parts.join('  ')}  µs${budget === undefined ? '' : `, of at most ${budget.toFixed(1)}`}\n`);
  return at(0.999);
}
