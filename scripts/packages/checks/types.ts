import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { mapInPairs, runCommand } from '../command.ts';

/** A compiler as its user calls it. */
const compilers = [
  { version: '5.9.3', resolutions: ['node10', 'node16', 'nodenext', 'bundler'] },
  // It has no node10 any more.
  { version: '7.0.2', resolutions: ['node16', 'nodenext', 'bundler'] },
] as const;

/** By module system, the `module` that a resolution is for. */
const modules = {
  import: { node10: 'es2022', node16: 'node16', nodenext: 'nodenext', bundler: 'esnext' },
  require: { node10: 'commonjs', node16: 'node16', nodenext: 'nodenext', bundler: 'preserve' },
} as const;
type System = keyof typeof modules;

/** What is made of ES modules, as Nest 12 is: node16 lets no program of CommonJS require those, whoever names them. */
const ofEsModules = /^@tracelink\/nestjs/;

/** One row of the table: whether a program of one module system finds the types of every entry point. */
export interface TypesRow {
  readonly compiler: string;
  readonly system: System;
  readonly resolution: string;
  /** What the compiler said where it failed. */
  readonly problem: string | undefined;
}

/**
 * Compiles a program that uses every entry point, by each compiler, module system and resolution. Nothing is skipped: our declarations and
 * those that they import are checked, too.
 *
 * @param folder where the tarballs are installed
 */
export async function typesTable(folder: string, specifiers: readonly string[]): Promise<TypesRow[]> {
  const rows = [];
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
    const tsc = join(home, 'node_modules/typescript/bin/tsc');
    for (const system of ['import', 'require'] as const)
      for (const resolution of resolutions) rows.push({ tsc, version, system, resolution, module: modules[system][resolution] });
  }
  return mapInPairs(rows, async ({ tsc, version, system, resolution, module }) => {
    const found = system === 'require' && resolution === 'node16' ? specifiers.filter((each) => !ofEsModules.test(each)) : specifiers;
    const program = writeProgram(folder, system, resolution, found);
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
      '--module',
      module,
    ];
    const { ok, failure } = await runCommand('node', [tsc, ...options, '--moduleResolution', resolution, program], folder);
    return { compiler: `TypeScript ${version}`, system, resolution, problem: ok ? undefined : failure };
  });
}

/** The ending says the module system, but to node10, which knows none. */
function writeProgram(folder: string, system: System, resolution: string, specifiers: readonly string[]): string {
  const ending = resolution === 'node10' ? 'ts' : system === 'import' ? 'mts' : 'cts';
  const file = `types-${system}-${resolution}.${ending}`;
  const lines = specifiers.flatMap((specifier, index) => [
    system === 'import' ? `import * as entry${index} from '${specifier}';` : `import entry${index} = require('${specifier}');`,
    // What is not found may be \`any\`, of which everything is true.
    `export const is${index}: 0 extends 1 & typeof entry${index} ? never : true = true;`,
  ]);
  writeFileSync(join(folder, file), `${lines.join('\n')}\n`);
  return file;
}
