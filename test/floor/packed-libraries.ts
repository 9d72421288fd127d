import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { bundle } from '../../scripts/packages/bundle.ts';
import { mapInPairs } from '../../scripts/packages/command.ts';
import { readPackages, type Package } from '../../scripts/packages/manifest.ts';
import { pack } from '../../scripts/packages/pack.ts';

/** What a user of Kafka in any framework installs. */
export const libraries: readonly string[] = ['context', 'propagation', 'kafka', 'embedded-kafka', 'testing', 'studio'];
/** That, and what brings a framework or an SDK of its own. */
export const everything: readonly string[] = [...libraries, 'sdk', 'nestjs', 'register'];

/** The libraries as they would be published. */
export interface PackedLibraries {
  /** Installs them in a folder, with what its `package.json` and `others` name. */
  install(into: string, others?: readonly string[]): Promise<void>;
}

/**
 * Builds and packs packages, each once for all who ask, into a temporary folder that goes with the process.
 *
 * @param names of their folders. @default all that need no SDK
 */
export async function packLibraries(names: readonly string[] = libraries): Promise<PackedLibraries> {
  const packages = readPackages().filter((one) => names.some((name) => one.folder === `packages/${name}`));
  const tarballs = await mapInPairs(packages, tarballOf);
  return {
    async install(into, others = []) {
      await run('npm', ['install', '--prefix', into, '--no-audit', '--no-fund', ...others, ...tarballs]);
    },
  };
}

let folder: string | undefined;
const packed = new Map<string, Promise<string>>();

function tarballOf(one: Package): Promise<string> {
  const made = packed.get(one.folder) ?? buildAndPack(one);
  packed.set(one.folder, made);
  return made;
}

async function buildAndPack(one: Package): Promise<string> {
  folder ??= temporaryFolder();
  await bundle(one);
  return (await pack(one, folder)).tarball;
}

function temporaryFolder(): string {
  const made = mkdtempSync(join(tmpdir(), 'tracelink-packed-'));
  process.once('exit', () => rmSync(made, { recursive: true, force: true }));
  return made;
}

/** Runs a program and gives what it wrote. Not synchronous: the broker may be in this process, and has to answer meanwhile. */
export async function run(
  command: string,
  args: readonly string[],
  cwd = '.',
  variables: Readonly<Record<string, string>> = {},
): Promise<string> {
  // NODE_OPTIONS could bring the source condition along, and what is packed would not be what runs.
  const { NODE_OPTIONS: _, ...env } = process.env;
  const { stdout } = await promisify(execFile)(command, args, { cwd, env: { ...env, ...variables } });
  return stdout;
}
