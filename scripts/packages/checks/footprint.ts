import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from '../command.ts';
import type { Manifest, Package } from '../manifest.ts';
import type { Packed } from '../pack.ts';

/** What installing a package brings that is neither a sibling, nor a peer that its user must have. */
export async function footprintProblems(
  one: Package,
  packages: readonly Package[],
  packed: readonly Packed[],
  work: string,
): Promise<string[]> {
  const { name } = one.manifest;
  const family = withSiblings(one.manifest, packages);
  const peers = family.flatMap(({ peerDependencies = {}, peerDependenciesMeta = {} }) =>
    Object.keys(peerDependencies).filter((peer) => peerDependenciesMeta[peer]?.optional !== true),
  );
  const folder = join(work, `footprint-of-${name.split('/')[1]}`);
  mkdirSync(folder);
  writeFileSync(join(folder, 'package.json'), '{}');
  const tarballs = packed.filter((each) => family.some((member) => member.name === each.name)).map(({ tarball }) => tarball);
  const installed = await runCommand('npm', ['install', '--prefix', folder, '--prefer-offline', '--no-audit', '--no-fund', ...tarballs]);
  if (!installed.ok) return [`${name}: ${installed.failure}`];
  const lock = JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8')) as { packages: Record<string, unknown> };
  const brought = Object.keys(lock.packages)
    .filter((path) => path !== '')
    .map((path) => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length));
  const allowed = new Set([...family.map((member) => member.name), ...peers]);
  return brought.filter((each) => !allowed.has(each)).map((each) => `${name}: an install brings ${each}`);
}

/** A package and all of ours that it depends on. */
function withSiblings(manifest: Manifest, packages: readonly Package[]): Manifest[] {
  const siblings = packages.filter(({ manifest: { name } }) => Object.hasOwn(manifest.dependencies ?? {}, name));
  return [manifest, ...siblings.flatMap((sibling) => withSiblings(sibling.manifest, packages))];
}
