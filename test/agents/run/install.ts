import { copyFileSync, globSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { step } from '../../clients/support/installed.ts';
import { programFile, type Agent } from '../agents/agent.ts';

const repository = fileURLToPath(new URL('../../../', import.meta.url));
/** What the program imports, and what that imports. */
const ours = ['context', 'propagation', 'kafka'];

/** tracelink as it would be published, in tarballs. */
export interface Packed {
  readonly folder: string;
  tarballs(withSdk: boolean): string[];
}

/** Builds and packs the packages. */
export async function pack(): Promise<Packed> {
  const folder = mkdtempSync(join(tmpdir(), 'tracelink-packed-'));
  await step('npm', ['run', '--silent', 'build'], { cwd: repository });
  const workspaces = [...ours, 'sdk'].map((name) => `--workspace=@tracelink/${name}`);
  await step('npm', ['pack', '--silent', '--pack-destination', folder, ...workspaces], { cwd: repository });
  const tarballs = globSync('*.tgz', { cwd: folder }).map((file) => join(folder, file));
  return { folder, tarballs: (withSdk) => tarballs.filter((file) => withSdk || !file.includes('tracelink-sdk-')) };
}

/**
 * Installs the agent by its lock and the packages beside it, in a folder of its own, as a user's service has them: one
 * `@opentelemetry/api` for all where versions allow it.
 *
 * @returns the folder; removed with the returned object
 */
export async function install({ name, takesSdk = true }: Agent, packed: Packed): Promise<Disposable & { readonly folder: string }> {
  const folder = mkdtempSync(join(tmpdir(), `tracelink-agents-${name}-`));
  for (const file of globSync('*', { cwd: programFile(name) })) copyFileSync(programFile(`${name}/${file}`), join(folder, file));
  copyFileSync(programFile('program.mjs'), join(folder, 'program.mjs'));
  await step('npm', ['ci', '--no-audit', '--no-fund'], { cwd: folder });
  await step('npm', ['install', '--no-save', '--no-audit', '--no-fund', ...packed.tarballs(takesSdk)], { cwd: folder });
  return { folder, [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }) };
}
