import { mapInPairs, runCommand } from '../command.ts';

/**
 * What is wrong with entry points where a plain Node imports and requires each, in a process of its own and with no exporter that would wait
 * for a collector.
 *
 * @param folder where the tarballs are installed
 */
export async function entryPointProblems(folder: string, specifiers: readonly string[]): Promise<string[]> {
  const programs = specifiers.flatMap((specifier) => [
    { what: `import ${specifier}`, args: ['--input-type=module', '--eval', importing(specifier)] },
    { what: `require ${specifier}`, args: ['--input-type=commonjs', '--eval', requiring(specifier)] },
  ]);
  const problems = await mapInPairs(programs, async ({ what, args }) => {
    const { ok, failure } = await runCommand('node', args, folder);
    return ok ? [] : [`${what}: ${failure}`];
  });
  return problems.flat();
}

const importing = (specifier: string): string => `
  const names = Object.keys(await import('${specifier}'));
  ${named(specifier, `import.meta.resolve('${specifier}')`, 'js')}`;

const requiring = (specifier: string): string => `
  const names = Object.keys(require('${specifier}'));
  ${named(specifier, `require.resolve('${specifier}')`, 'cjs')}`;

/** The main entry point exports something, and each is what was built for the module system. */
function named(specifier: string, resolved: string, ending: string): string {
  return `
  if (${specifier.split('/').length === 2} && names.length === 0) throw new Error('it exports nothing');
  const from = ${resolved};
  if (!/\\/dist\\/[\\w/-]+\\.${ending}$/.test(from)) throw new Error('it is ' + from);
  process.exit();`;
}
