import { globSync, readFileSync, writeFileSync } from 'node:fs';

/** Headers of a record as they stand in the log: in order, with repeats; `null` is Kafka's null. */
export type RawHeaders = readonly (readonly [name: string, value: string | null])[];

/** How tracelink runs in the process: without an SDK, or with its own and this `agentContext`. */
export type Mode = 'no SDK' | 'beside' | 'withhold' | 'instead';

/** Ids of a span. */
interface SpanIds {
  readonly traceId: string;
  readonly spanId: string;
}

/** A span of tracelink, with its topic's role in place of the topic. */
interface OurSpan extends SpanIds {
  readonly name: string;
  readonly parent?: string;
  readonly links: readonly SpanIds[];
  readonly events: readonly string[];
}

/** The trace ids that are active for tracelink and for the agent. */
export interface ActiveTraces {
  readonly ours?: string;
  /** The instrumentation that made the active span of OpenTelemetry's API. */
  readonly scope?: string;
  readonly agent?: string;
}

/** What a handler finds around it. */
interface Surroundings extends ActiveTraces {
  readonly headers: readonly string[];
  /** Keys of the active baggage. */
  readonly baggage: readonly string[];
}

/** What the program printed. */
export interface Seen {
  /** Whether tracelink's SDK was `started`, with the code of its error where not. */
  readonly sdk: string;
  /** In the request that sends. */
  readonly traces: ActiveTraces;
  /** In the order in which they ended. */
  readonly spans: readonly OurSpan[];
  /** Process warnings of tracelink. */
  readonly warnings: readonly string[];
  /** Rejections that nobody handled. */
  readonly rejections: readonly string[];
  /** The values that the handler of `wrapConsumer` got, in order; it rejects `failing` the first time. */
  readonly handled: readonly string[];
  /** Whether the handler of a message waited for the one before it. */
  readonly awaited: boolean;
  readonly eachMessage: Surroundings;
  readonly subscribe: Surroundings;
}

/** The records of one run, by what sent them. */
export interface Records {
  /** The first of a `send` of three. */
  readonly sent: RawHeaders;
  /** The one that `subscribe` handled. */
  readonly subscribed: RawHeaders;
  /** Of a transaction. */
  readonly transactional: RawHeaders;
}

/** One run of the program. */
export interface Run {
  /** The agent's setting, as `settingName` writes it. */
  readonly setting: string;
  readonly mode: Mode;
  readonly records: Records;
  readonly seen: Seen;
}

/** What the runs beside one agent left. */
export interface Fixture {
  readonly agent: string;
  readonly versions: Readonly<Record<string, string>>;
  readonly broker: string;
  /** The day of the runs. */
  readonly date: string;
  readonly runs: readonly Run[];
}

const folder = `${import.meta.dirname}/fixtures`;

/** The kept runs, by the agent's name. */
export function readFixtures(): ReadonlyMap<string, Fixture> {
  const names = globSync('*.json', { cwd: folder }).sort();
  return new Map(names.map((file) => [file.replace(/\.json$/, ''), readFixture(`${folder}/${file}`)]));
}

export function writeFixture(name: string, fixture: Fixture): void {
  const text = JSON.stringify(fixture, undefined, 1);
  // A header and a pair of ids are a line each, so that a new version's difference can be read.
  const short = text.replaceAll(/([[{])\n\s+("[^\n]+),\n\s+([^\n[{]+)\n\s+([\]}])/g, '$1$2, $3$4');
  writeFileSync(`${folder}/${name}.json`, `${short}\n`);
}

function readFixture(path: string): Fixture {
  return JSON.parse(readFileSync(path, 'utf8')) as Fixture;
}
