import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { runCommand } from '../command.ts';
import { specifiers, type Package } from '../manifest.ts';
import type { Packed } from '../pack.ts';

/** Entry points that are about an optional peer. */
const ofPeers: ReadonlySet<string> = new Set(['@tracelink/kafka/studio']);

/**
 * What a package asks of those who have none of its optional peers: its entry points must load, and their types be found. No
 * declaration is skipped, as `skipLibCheck` would make `any` of what is missing.
 *
 * @param packed the package and those of ours that it depends on
 * @param work an empty folder beside others
 */
export async function withoutPeersProblems(one: Package, packed: readonly Packed[], work: string): Promise<string[]> {
  const folder = join(work, `without-peers-of-${one.manifest.name.split('/')[1]}`);
  mkdirSync(folder);
  writeFileSync(join(folder, 'package.json'), '{}');
  const tarballs = packed.map(({ tarball }) => tarball);
  const installed = await runCommand('npm', ['install', '--prefix', folder, '--prefer-offline', '--no-audit', '--no-fund', ...tarballs]);
  if (!installed.ok) return [`${one.manifest.name}: ${installed.failure}`];
  const entries = specifiers(one.manifest).filter((each) => !ofPeers.has(each));
  writeFileSync(join(folder, 'program.mts'), entries.map((each, index) => `export * as entry${index} from '${each}';`).join('\n'));
  writeFileSync(join(folder, 'program.mjs'), entries.map((each) => `await import('${each}');`).join('\n'));
  const types = ['--typeRoots', resolve('node_modules/@types'), '--types', 'node', '--strict', '--noEmit', '--pretty', 'false'];
  const modules = ['--target', 'es2024', '--module', 'nodenext', 'program.mts'];
  const compiled = await runCommand('node', [resolve('node_modules/typescript/bin/tsc'), ...types, ...modules], folder);
  const loaded = await runCommand('node', ['program.mjs'], folder);
  return [
    ...(compiled.ok ? [] : [`${one.manifest.name} without its optional peers does not compile: ${compiled.stdout}${compiled.failure}`]),
    ...(loaded.ok ? [] : [`${one.manifest.name} without its optional peers does not load: ${loaded.failure}`]),
  ];
}
