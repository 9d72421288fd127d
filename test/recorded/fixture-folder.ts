import { globSync, readFileSync, writeFileSync } from 'node:fs';

/** Headers of a record as they stand in the log: in order, with repeats; `null` is Kafka's null. */
export type RawHeaders = readonly (readonly [name: string, value: string | null])[];

/** Ids of a span. */
export interface SpanIds {
  readonly traceId: string;
  readonly spanId: string;
}

/** A folder that keeps what real runs left, a JSON file for each piece of software. */
export class FixtureFolder<F> {
  readonly #path: string;

  /** @param path of the folder */
  constructor(path: string) {
    this.#path = path;
  }

  /** What is kept, by the name of the software. */
  read(): ReadonlyMap<string, F> {
    const names = globSync('*.json', { cwd: this.#path }).sort();
    return new Map(names.map((file) => [file.replace(/\.json$/, ''), JSON.parse(readFileSync(`${this.#path}/${file}`, 'utf8')) as F]));
  }

  write(name: string, fixture: F): void {
    const text = JSON.stringify(fixture, undefined, 1);
    // A header and a pair of ids are a line each, so that a new version's difference can be read.
    const short = text.replaceAll(/([[{])\n\s+("[^\n]+),\n\s+([^\n[{]+)\n\s+([\]}])/g, '$1$2, $3$4');
    writeFileSync(`${this.#path}/${name}.json`, `${short}\n`);
  }
}
