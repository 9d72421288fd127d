// Reads the kept records again by this checkout's tracelink, and counts for each framework how often the consumer's span hung on what it
// had to: see README.md, "Before and after".
import { context } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { kafkaUnderTest, SpanRecorder } from '@tracelink/testing';
import { readRecords, writeRecords } from '../recorded/recorded-records.ts';
import { expectedOf } from './expected.ts';
import { keptRuns, type Hop } from './fixture.ts';

/** A record as a framework left it. */
interface Kept {
  readonly name: string;
  readonly row: string;
  readonly hop: Hop;
}

interface Count {
  all: number;
  parents: number;
  links: number;
}

const kept: readonly Kept[] = [...keptRuns.read()].flatMap(([name, { framework, journeys }]) =>
  journeys.flatMap(({ setting, format, hops }) =>
    hops.flatMap((hop, index) =>
      hop.received === undefined
        ? []
        : [{ name: `${name}, ${setting}, ${format}, hop ${index + 1}`, row: `| ${framework} | ${setting} |`, hop }],
    ),
  ),
);

context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
await using kafka = await kafkaUnderTest();
const topic = await writeRecords(
  kafka,
  kept.map(({ name, hop }) => ({ name, headers: hop.received ?? [] })),
);
const counts = new Map<string, Count>();
for (const extract of [['w3c', 'b3'], ['b3', 'w3c'], ['w3c'], ['b3']] as const) {
  const spans = await readRecords(kafka, { topic, count: kept.length, spans: new SpanRecorder() }, extract);
  for (const { name, row, hop } of kept) {
    const { parent, links } = expectedOf(hop, extract);
    const span = spans.get(name);
    const found = new Set(span?.links.map((link) => link.context.spanId));
    const wanted = new Set([...(parent === undefined ? [] : [parent]), ...links].map(({ spanId }) => spanId));
    const count = counts.get(row) ?? { all: 0, parents: 0, links: 0 };
    counts.set(row, count);
    count.all++;
    if (span?.parentSpanContext?.spanId === parent?.spanId) count.parents++;
    if (found.size === wanted.size && [...wanted].every((spanId) => found.has(spanId))) count.links++;
  }
}
const sum = [...counts.values()].reduce((total, { all, parents, links }) => ({
  all: total.all + all,
  parents: total.parents + parents,
  links: total.links + links,
}));
counts.set('| all | |', sum);
process.stdout.write('| framework | setting | reads | right parent | right links |\n| --- | --- | --- | --- | --- |\n');
for (const [row, { all, parents, links }] of counts) process.stdout.write(`${row} ${all} | ${parents} | ${links} |\n`);
