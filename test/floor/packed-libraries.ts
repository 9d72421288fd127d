import { execFile } from 'node:child_process';
import { globSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** What a user of Kafka in any framework installs. */
const libraries = ['context', 'propagation', 'kafka', 'embedded-kafka', 'testing', 'studio'];
const all = [...libraries, 'sdk', 'nestjs'];

/** The libraries as they would be published. */
export interface PackedLibraries {
  /** Installs them in `folder`, with what its `package.json` and `others` name. */
  install(folder: string, others?: readonly string[]): Promise<void>;
  /** The same with the packages that bring a framework or an SDK of their own. */
  installAll(folder: string, others?: readonly string[]): Promise<void>;
}

let packed: Promise<PackedLibraries> | undefined;

/** Builds and packs the libraries into a temporary folder, once for all who ask; the folder goes with the process. */
export function packLibraries(): Promise<PackedLibraries> {
  packed ??= pack();
  return packed;
}

async function pack(): Promise<PackedLibraries> {
  const folder = mkdtempSync(join(tmpdir(), 'tracelink-packed-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  await run('npm', ['run', 'build']);
  await run('npm', ['pack', ...all.map((name) => `./packages/${name}`), '--pack-destination', folder]);
  const install = async (where: string, others: readonly string[], names: readonly string[]): Promise<void> => {
    const tarballs = names.flatMap((name) => globSync(join(folder, `tracelink-${name}-*.tgz`)));
    await run('npm', ['install', '--prefix', where, '--no-audit', '--no-fund', ...others, ...tarballs]);
  };
  return {
    install: (where, others = []) => install(where, others, libraries),
    installAll: (where, others = []) => install(where, others, all),
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
