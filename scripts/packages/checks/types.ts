import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { mapInPairs, runCommand } from '../command.ts';

/** A compiler as its user calls it. */
const compilers = [
  { version: '5.9.3', resolutions: ['node10', 'node16', 'nodenext', 'bundler'] },
  // It has no node10 any more.
  { version: '7.0.2', resolutions: ['node16', 'nodenext', 'bundler'] },
] as const;

/** The `module` with which a resolution finds what is imported and what is required. */
const modules = { node10: 'commonjs', node16: 'node16', nodenext: 'nodenext', bundler: 'preserve' } as const;
type System = 'import' | 'require';

/** One row of the table: whether a program of one module system finds the types of every entry point. */
export interface TypesRow {
  readonly compiler: string;
  readonly system: System;
  readonly resolution: string;
  /** What the compiler said where it failed. */
  readonly problem: string | undefined;
}

/**
 * Compiles a program that uses every entry point, by each compiler, module system and resolution. No declaration of ours
 * is skipped.
 *
 * @param folder where the tarballs are installed
 */
export async function typesTable(folder: string, specifiers: readonly string[]): Promise<TypesRow[]> {
  const runs = [];
  for (const { version, resolutions } of compilers) {
    const home = join(folder, `typescript-${version}`);
    mkdirSync(home);
    writeFileSync(join(home, 'package.json'), '{}');
    const { ok, failure } = await runCommand('npm', [
      'install',
      '--prefix',
      home,
      '--prefer-offline',
      '--no-audit',
      `typescript@${version}`,
    ]);
    if (!ok) throw new Error(failure);
    for (const resolution of resolutions) runs.push({ version, tsc: join(home, 'node_modules/typescript/bin/tsc'), resolution });
  }
  const rows = await mapInPairs(runs, async ({ version, tsc, resolution }) => {
    const programs = (['import', 'require'] as const).map((system) => ({
      system,
      file: writeProgram(folder, system, resolution, specifiers),
    }));
    const options = [
      '--target',
      'es2022',
      '--lib',
      'es2022',
      '--types',
      'node',
      '--strict',
      '--esModuleInterop',
      '--noEmit',
      '--pretty',
      'false',
    ];
    const found = ['--module', modules[resolution], '--moduleResolution', resolution, ...programs.map(({ file }) => file)];
    const { ok, stdout, failure } = await runCommand('node', [tsc, ...options, ...found], folder);
    const lines = stdout
      .split('\n')
      .filter((line) => /^(node_modules\/@tracelink\/|types-)/.test(line))
      // A peer that is an ES module alone, as Nest 12: by node16 its users cannot require it either.
      .filter((line) => !/ TS1479: .*import\("(?!@tracelink\/)/.test(line));
    // Declarations of peers are skipped by the users whom they do not fit; a compiler that says nothing of any file has not run.
    const isOthers = lines.length === 0 && stdout.includes('node_modules/');
    return programs.map(({ system, file }): TypesRow => {
      // What is wrong in a declaration is wrong for both.
      const own = lines.filter((line) => line.startsWith(file) || !line.startsWith('types-'));
      return { compiler: `TypeScript ${version}`, system, resolution, problem: ok || isOthers ? undefined : own.join('\n') || failure };
    });
  });
  return rows.flat();
}

/** The ending says the module system, but to node10, which knows none. */
function writeProgram(folder: string, system: System, resolution: string, specifiers: readonly string[]): string {
  const ending = resolution === 'node10' ? 'ts' : system === 'import' ? 'mts' : 'cts';
  const file = `types-${system}-${resolution}.${ending}`;
  const lines = specifiers.flatMap((specifier, index) => [
    system === 'import' ? `import * as entry${index} from '${specifier}';` : `import entry${index} = require('${specifier}');`,
    // What is not found may be `any`, of which everything is true.
    `export const is${index}: 0 extends 1 & typeof entry${index} ? never : true = true;`,
  ]);
  writeFileSync(join(folder, file), `${lines.join('\n')}\n`);
  return file;
}
