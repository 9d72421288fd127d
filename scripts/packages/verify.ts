import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundleProblems } from './checks/bundled.ts';
import { entryPointProblems } from './checks/entry-points.ts';
import { footprintProblems } from './checks/footprint.ts';
import { tarballProblems } from './checks/tarball.ts';
import { typesTable } from './checks/types.ts';
import { withoutPeersProblems } from './checks/without-peers.ts';
import { mapInPairs, runCommand } from './command.ts';
import { specifiers, type Manifest, type Package } from './manifest.ts';
import type { Packed } from './pack.ts';

/** What the bundled service traces with. */
const sdk = ['@opentelemetry/core@3.1.0', '@opentelemetry/sdk-trace@3.1.0', '@opentelemetry/context-async-hooks@3.1.0'];

/**
 * What users of all packages have beside them: each peer, the optional ones too, and its types where they are a package of their own, in
 * the versions that this repository is developed with, and else of the peer's range.
 */
function peersOf(packages: readonly Package[]): string[] {
  const root = JSON.parse(readFileSync('package.json', 'utf8')) as Pick<Manifest, 'devDependencies'>;
  return packages.flatMap(({ manifest: { peerDependencies = {}, devDependencies } }) => {
    const versions: Readonly<Record<string, string>> = { ...root.devDependencies, ...devDependencies };
    return Object.entries(peerDependencies)
      .filter(([peer]) => !packages.some(({ manifest }) => manifest.name === peer))
      .flatMap(([peer, range]) => [
        `${peer}@${versions[peer] ?? range}`,
        ...(versions[`@types/${peer}`] === undefined ? [] : [`@types/${peer}@${versions[`@types/${peer}`]}`]),
      ])
      .concat(`@types/node@${versions['@types/node']}`);
  });
}

/**
 * Looks at the tarballs as their users do, in folders that know nothing of this repository.
 *
 * @param work an empty folder, for what is installed and compiled
 * @param say is told what was done
 * @returns one text for each problem
 */
export async function verify(
  packages: readonly Package[],
  packed: readonly Packed[],
  work: string,
  say: (line: string) => void,
): Promise<string[]> {
  const problems: string[] = [];
  const find = async (what: string, found: Promise<readonly string[]>): Promise<void> => {
    const start = performance.now();
    const these = await found;
    problems.push(...these);
    say(`${these.length === 0 ? 'ok' : 'FAILED'}  ${what}, ${Math.round((performance.now() - start) / 1000)} s`);
  };
  const tarballOf = ({ manifest: { name } }: Package): Packed => {
    const found = packed.find((each) => each.name === name);
    if (found === undefined) throw new Error(`${name} is not packed`);
    return found;
  };

  await find(
    'publint, attw and the list of files',
    mapInPairs(packages, (one) => tarballProblems(one, tarballOf(one))).then((all) => all.flat()),
  );
  const libraries = packages.filter(({ manifest: { name } }) =>
    ['@tracelink/kafka', '@tracelink/propagation', '@tracelink/context'].includes(name),
  );
  await find(
    'an install brings siblings and peers',
    mapInPairs(libraries, (one) => footprintProblems(one, packages, packed, work)).then((all) => all.flat()),
  );

  await find(
    '@tracelink/kafka without a client of Kafka',
    mapInPairs(
      libraries.filter(({ manifest: { name } }) => name === '@tracelink/kafka'),
      (one) => withoutPeersProblems(one, libraries.map(tarballOf), work),
    ).then((all) => all.flat()),
  );

  const consumer = join(work, 'consumer');
  mkdirSync(consumer);
  writeFileSync(join(consumer, 'package.json'), '{}');
  const tarballs = packed.map(({ tarball }) => tarball);
  const beside = [...sdk, ...peersOf(packages)];
  const install = [
    'install',
    '--prefix',
    consumer,
    '--prefer-offline',
    '--no-audit',
    '--no-fund',
    '--ignore-scripts',
    ...new Set(beside),
    ...tarballs,
  ];
  const installed = await runCommand('npm', install);
  if (!installed.ok) return [...problems, `install of all tarballs: ${installed.failure}`];
  const entries = packages.flatMap(({ manifest }) => specifiers(manifest));
  await find(`${entries.length} entry points imported and required`, entryPointProblems(consumer, entries));
  await find('a service that esbuild bundles', bundleProblems(consumer));
  await find(
    'types',
    typesTable(consumer, entries).then((rows) => {
      for (const { compiler, system, resolution, problem } of rows)
        say(`    ${compiler}  ${system}  ${resolution}  ${problem === undefined ? 'ok' : 'FAILED'}`);
      return rows.flatMap(({ compiler, system, resolution, problem }) =>
        problem === undefined ? [] : [`${compiler} ${system} ${resolution}: ${problem}`],
      );
    }),
  );
  return problems;
}
