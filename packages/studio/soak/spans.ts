import { once } from 'node:events';
import { get as httpGet } from 'node:http';
import { parseArgs } from 'node:util';
import { startStudio, type Studio } from '@tracelink/studio';

const help = `Sends spans to a studio in this process, and asks after each tenth of them what is in the heap.

  npm run soak:studio -- [--spans 1000000] [--leak]

  --spans  how many, at least 400000
  --leak   keeps every request that was sent: to see this program fail

Ends with 1 when the heap at the end is more than 16 MiB above the heap after the fourth tenth, or when the studio's own count of its
bytes is not between half and twice what the heap grew by. Ctrl-C stops it.
`;
const allowed = 16 * 1024 * 1024;
const spansInRequest = 2_000;

const mebibytes = (bytes: number): string => (bytes / 1024 / 1024).toFixed(1);
const hex = (value: number, digits: number): string => (value + 1).toString(16).padStart(digits, '0');

const { values } = parseArgs({
  options: { spans: { type: 'string', default: '1000000' }, leak: { type: 'boolean' }, help: { type: 'boolean' } },
});
const spans = Number(values.spans);
if (values.help === true) process.stdout.write(help);
else if (!Number.isSafeInteger(spans) || spans < 400_000) {
  process.stderr.write(`--spans must be a whole number from 400000.\n\n${help}`);
  process.exitCode = 2;
} else if (globalThis.gc === undefined) {
  process.stderr.write('Start it by npm run soak:studio: it needs --expose-gc.\n');
  process.exitCode = 2;
} else process.exitCode = await soak(spans, globalThis.gc, values.leak === true);

async function soak(total: number, collect: NonNullable<typeof globalThis.gc>, leak: boolean): Promise<number> {
  await using studio = await startStudio({ port: 0 });
  const live = await listen(studio);
  const kept: string[] = [];
  collect();
  const before = process.memoryUsage().heapUsed;
  const heaps: number[] = [];
  for (let tenth = 0; tenth < 10; tenth++) {
    for (let sent = 0; sent < total / 10; sent += spansInRequest) {
      const body = requestOf((tenth * total) / 10 + sent);
      if (leak) kept.push(body);
      await send(studio, body);
    }
    // What a page asks for while spans arrive.
    const { held, traces } = (await (await fetch(`${studio.url}/api/traces`)).json()) as List;
    await (await fetch(`${studio.url}/api/traces/${traces[0]?.traceId}`)).text();
    await (await fetch(`${studio.url}/api/flow`)).text();
    collect();
    const { heapUsed } = process.memoryUsage();
    heaps.push(heapUsed);
    process.stdout.write(
      `${((tenth + 1) * total) / 10} spans: heap ${mebibytes(heapUsed)} MiB; in memory ${held.spans} spans, by its own count ${mebibytes(held.bytes)} MiB\n`,
    );
    if (tenth === 3) {
      const grown = (heapUsed - before) / held.bytes;
      process.stdout.write(`the heap grew by ${grown.toFixed(2)} of that count\n`);
      if (!leak && (grown < 0.5 || grown > 2)) return 1;
    }
  }
  live.destroy();
  // After four tenths, as many spans have come as the studio keeps, and more.
  const growth = (heaps.at(-1) as number) - (heaps[3] as number);
  process.stdout.write(`${growth > allowed ? 'grew' : 'flat'}: ${mebibytes(growth)} MiB after ${total * 0.6} spans more\n`);
  return growth > allowed ? 1 : 0;
}

interface List {
  readonly held: { readonly spans: number; readonly bytes: number };
  readonly traces: readonly { readonly traceId: string }[];
}

/** A page that is open meanwhile. */
async function listen(studio: Studio): Promise<{ destroy(): void }> {
  const request = httpGet(`${studio.url}/api/live`);
  const [response] = (await once(request, 'response')) as [NodeJS.ReadableStream];
  response.resume();
  request.on('error', () => {});
  return request;
}

async function send(studio: Studio, body: string): Promise<void> {
  const response = await fetch(`${studio.url}/v1/traces`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  if (response.status !== 200 || (await response.text()) !== '{}') throw new Error(`The studio answered ${response.status}`);
}

/** Traces of ten spans, with attributes, an event and a link to the trace before. */
function requestOf(first: number): string {
  const sent = Array.from({ length: spansInRequest }, (_, index) => {
    const number = first + index;
    const trace = Math.floor(number / 10);
    const attribute = (key: string, stringValue: string): object => ({ key, value: { stringValue } });
    return {
      traceId: hex(trace, 32),
      spanId: hex(number, 16),
      ...(number % 10 === 0 ? {} : { parentSpanId: hex(number - 1, 16) }),
      name: number % 10 === 0 ? 'POST /orders' : `step ${number % 10}`,
      kind: 1 + (number % 5),
      startTimeUnixNano: `${1_764_000_000_000_000_000n + BigInt(number) * 1_000_000n}`,
      endTimeUnixNano: `${1_764_000_000_000_000_000n + BigInt(number) * 1_000_000n + 500_000n}`,
      attributes: [
        attribute('messaging.destination.name', `topic-${number % 7}`),
        attribute('app.order.id', `order-${number}`),
        { key: 'app.quantity', value: { intValue: String(number) } },
      ],
      events: [{ name: 'done', timeUnixNano: '1764000000000000000', attributes: [attribute('app.step', String(number))] }],
      links: trace > 0 && number % 10 === 9 ? [{ traceId: hex(trace - 1, 32), spanId: hex(number - 10, 16), attributes: [] }] : [],
    };
  });
  return JSON.stringify({
    resourceSpans: [
      {
        resource: { attributes: [{ key: 'service.name', value: { stringValue: `service-${(first / spansInRequest) % 5}` } }] },
        scopeSpans: [{ scope: { name: 'soak' }, spans: sent }],
      },
    ],
  });
}
