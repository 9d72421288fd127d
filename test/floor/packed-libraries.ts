import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { bundle } from '../../scripts/packages/bundle.ts';
import { mapInPairs } from '../../scripts/packages/command.ts';
import { readPackages } from '../../scripts/packages/manifest.ts';
import { pack } from '../../scripts/packages/pack.ts';

const libraries = ['context', 'propagation', 'kafka', 'embedded-kafka', 'testing', 'studio'];

/** The libraries as they would be published. */
export interface PackedLibraries extends Disposable {
  /** Installs them in a folder, with what its `package.json` and `others` name. */
  install(into: string, others?: readonly string[]): Promise<void>;
}

/**
 * Builds and packs packages into a temporary folder, which disposing deletes.
 *
 * @param names of their folders. @default all that need no SDK
 */
export async function packLibraries(names: readonly string[] = libraries): Promise<PackedLibraries> {
  const folder = mkdtempSync(join(tmpdir(), 'tracelink-packed-'));
  const packages = readPackages().filter((one) => names.some((name) => one.folder === `packages/${name}`));
  await Promise.all(packages.map((one) => bundle(one)));
  const packed = await mapInPairs(packages, (one) => pack(one, folder));
  const tarballs = packed.map(({ tarball }) => tarball);
  return {
    async install(into, others = []) {
      await run('npm', ['install', '--prefix', into, '--no-audit', '--no-fund', ...others, ...tarballs]);
    },
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
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
