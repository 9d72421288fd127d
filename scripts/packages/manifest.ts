import { globSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** The parts of a `package.json` that are written by hand and that something is derived from. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  /** By entry point; only its source is written by hand. */
  readonly exports: Readonly<Record<string, { readonly '@tracelink/source': string }>>;
  readonly bin?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional: boolean }>>;
}

/** A package that is published. */
export interface Package {
  /** From the root of the repository: `packages/kafka`. */
  readonly folder: string;
  readonly manifest: Manifest;
}

/** Every package that is published, by folder. */
export function readPackages(): Package[] {
  return globSync('packages/*/package.json')
    .sort()
    .map((file) => ({ folder: dirname(file), manifest: JSON.parse(readFileSync(file, 'utf8')) as Manifest }));
}

/** What is built of an entry point, below `dist` and without an ending: `index` of `.`, `subscribe` of `./subscribe`. */
export function builtName(entry: string): string {
  return entry === '.' ? 'index' : entry.slice('./'.length);
}

/** The entry points of both module systems: what is built, and its source from the package's folder. */
export function entryPoints({ exports }: Manifest): Record<string, string> {
  return Object.fromEntries(Object.entries(exports).map(([entry, { '@tracelink/source': source }]) => [builtName(entry), source]));
}

/** What a program imports or requires: `@tracelink/kafka`, `@tracelink/kafka/subscribe`. */
export function specifiers({ name, exports }: Manifest): string[] {
  return Object.keys(exports).map((entry) => name + entry.slice(1));
}

/** The commands, which are ES modules alone: `dist/cli/bin.js` is built of `src/cli/bin.ts`. */
export function commands({ bin = {} }: Manifest): Record<string, string> {
  const built = Object.values(bin).map((file) => file.slice('./dist/'.length, -'.js'.length));
  return Object.fromEntries(built.map((name) => [name, `./src/${name}.ts`]));
}
