import { execFile } from 'node:child_process';
import { globSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const packages = ['context', 'propagation', 'kafka', 'embedded-kafka', 'testing', 'studio'];

/** The libraries as they would be published. */
export interface PackedLibraries extends Disposable {
  /** Installs them in `folder`, with what its `package.json` and `others` name. */
  install(folder: string, others?: readonly string[]): Promise<void>;
}

/** Builds and packs the libraries into a temporary folder, which disposing deletes. */
export async function packLibraries(): Promise<PackedLibraries> {
  const packed = mkdtempSync(join(tmpdir(), 'tracelink-packed-'));
  await run('npm', ['run', 'build']);
  for (const name of packages) await run('npm', ['pack', `./packages/${name}`, '--pack-destination', packed]);
  return {
    async install(folder, others = []) {
      await run('npm', ['install', '--prefix', folder, '--no-audit', '--no-fund', ...others, ...globSync(join(packed, '*.tgz'))]);
    },
    [Symbol.dispose]: () => rmSync(packed, { recursive: true, force: true }),
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
