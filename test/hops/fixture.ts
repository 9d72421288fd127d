import { globSync, readFileSync, writeFileSync } from 'node:fs';

/** Headers of a record as they stand in the log: in order, with repeats; `null` is Kafka's null. */
export type RawHeaders = readonly (readonly [name: string, value: string | null])[];

/** What tracelink writes into a record. */
export type Format = 'b3' | 'w3c' | 'both';

/** Ids of a span. */
export interface SpanIds {
  readonly traceId: string;
  readonly spanId: string;
}

/** What the span of tracelink's consumer hung on. */
export interface ReceivedSpan {
  readonly traceId: string;
  readonly parent: string | undefined;
  readonly links: readonly SpanIds[];
  /** Whether it told of a broken trace. */
  readonly broken: boolean;
}

/** One way through the framework. */
export interface Hop {
  /** As tracelink's producer wrote them. */
  readonly sent: RawHeaders;
  /** As the framework wrote them; absent where no record came. */
  readonly received?: RawHeaders;
  /** Whether the record's key was still there. */
  readonly keepsKey?: boolean;
  readonly span?: ReceivedSpan;
}

/** One record that went through the framework twice. */
export interface Journey {
  /** The framework's setting, as `settingName` writes it. */
  readonly setting: string;
  readonly format: Format;
  readonly hops: readonly Hop[];
}

/** What a run of one framework left. */
export interface Fixture {
  readonly framework: string;
  readonly versions: Readonly<Record<string, string>>;
  readonly broker: string;
  /** The day of the run. */
  readonly date: string;
  readonly journeys: readonly Journey[];
}

const folder = `${import.meta.dirname}/fixtures`;

/** The kept runs, by the framework's name. */
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
