import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundleProblems } from './checks/bundled.ts';
import { entryPointProblems } from './checks/entry-points.ts';
import { footprintProblems } from './checks/footprint.ts';
import { tarballProblems } from './checks/tarball.ts';
import { typesTable } from './checks/types.ts';
import { mapInPairs, runCommand } from './command.ts';
import { specifiers, type Package } from './manifest.ts';
import type { Packed } from './pack.ts';

/** What users of the packages have beside them: peers, and the types that the peers' own types ask for. */
const beside = [
  ['@opentelemetry/api@1.10.0', '@opentelemetry/core@3.1.0', '@opentelemetry/sdk-trace@3.1.0', '@opentelemetry/context-async-hooks@3.1.0'],
  ['kafkajs@2.2.4', 'express@5.3.0', '@types/express@5.0.6', 'fastify@5.12.8', 'chai@6.3.0', '@types/chai@5.2.3', '@types/node@24.19.2'],
].flat();

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

  const consumer = join(work, 'consumer');
  mkdirSync(consumer);
  writeFileSync(join(consumer, 'package.json'), '{}');
  const tarballs = packed.map(({ tarball }) => tarball);
  const install = ['install', '--prefix', consumer, '--prefer-offline', '--no-audit', '--no-fund', ...beside, ...tarballs];
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
