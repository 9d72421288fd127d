import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

interface Versioned {
  version?: string;
  name?: string;
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
}

const manifests = ['package.json', 'packages/*/package.json', 'services/*/package.json', 'site/package.json', 'examples/*/package.json'];

/**
 * Sets the version of everything in the repository: of packages, of what they ask of each other, of the instrumentation scopes in their
 * sources, and in the lock file. What was not released yet in the changelog gets the version's heading.
 *
 * @param root of the repository
 * @returns the files that were changed, by path from the root
 * @throws {RangeError} when `version` is none
 */
export function setVersion(root: string, version: string): string[] {
  if (!/^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/.test(version)) throw new RangeError(`"${version}" is no version, such as 1.2.3 or 1.2.3-beta.1`);
  const old = (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }).version;
  const changed: string[] = [];
  const rewrite = (file: string, change: (text: string) => string): void => {
    const text = readFileSync(join(root, file), 'utf8');
    const after = change(text);
    if (after === text) return;
    writeFileSync(join(root, file), after);
    changed.push(file);
  };
  const withVersion = (versioned: Versioned): void => {
    if (versioned.version === old) versioned.version = version;
    for (const asked of [versioned.dependencies, versioned.devDependencies, versioned.peerDependencies])
      for (const name of Object.keys(asked ?? {})) if (isOurs(name) && asked?.[name] === old) asked[name] = version;
  };
  const asJson = (change: (json: Versioned & { packages?: Record<string, Versioned> }) => void) => (text: string) => {
    const json = JSON.parse(text) as Versioned & { packages?: Record<string, Versioned> };
    change(json);
    return `${JSON.stringify(json, undefined, 2)}\n`;
  };

  for (const file of manifests.flatMap((pattern) => globSync(pattern, { cwd: root })).sort()) rewrite(file, asJson(withVersion));
  rewrite(
    'package-lock.json',
    asJson((lock) => {
      withVersion(lock);
      for (const [place, entry] of Object.entries(lock.packages ?? {})) if (!place.includes('node_modules/')) withVersion(entry);
    }),
  );
  for (const file of globSync('packages/*/src/**/*.ts', { cwd: root }).sort())
    rewrite(file, (text) => text.replaceAll(`version: '${old}' }`, `version: '${version}' }`));
  rewrite('CHANGELOG.md', (text) =>
    text.includes(`\n## ${version}\n`) ? text : text.replace('\n## Unreleased\n', `\n## Unreleased\n\n## ${version}\n`),
  );
  return changed;
}

function isOurs(name: string): boolean {
  return /^@tracelink(-demo)?\//.test(name);
}
