import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = new URL('../../', import.meta.url);

/** Builds all packages: what is imported and started by users is built. */
export function build(): void {
  execFileSync(process.execPath, ['scripts/packages/build.ts'], { cwd: root, stdio: 'inherit' });
}

/** A command that runs, where it listens. */
export interface RunningCommand extends AsyncDisposable {
  /** `host:port`, or a URL: what the command printed. */
  readonly address: string;
  readonly pid: number;
}

/** Starts the built command of a package, as a user would. */
export async function startBuilt(folder: string, args: readonly string[]): Promise<RunningCommand> {
  const manifest = new URL(`packages/${folder}/package.json`, root);
  const { bin } = JSON.parse(readFileSync(manifest, 'utf8')) as { bin: Readonly<Record<string, string>> };
  const path = fileURLToPath(new URL(String(Object.values(bin)[0]), manifest));
  const child = spawn(process.execPath, [path, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [output] = (await once(child.stdout, 'data')) as [Buffer];
  const address = /(?:https?:\/\/)?[\w.]+:\d+/.exec(String(output))?.[0];
  if (address === undefined || child.pid === undefined) throw new Error(`${folder} says nowhere that it listens: ${String(output)}`);
  return {
    address,
    pid: child.pid,
    async [Symbol.asyncDispose]() {
      child.kill();
      await once(child, 'close');
    },
  };
}

/** The resident memory of a process, in MiB. */
export function residentMiB(pid: number): number {
  return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })) / 1024;
}
