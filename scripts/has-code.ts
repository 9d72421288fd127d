import { stripTypeScriptTypes } from 'node:module';

/**
 * Whether anything of a TypeScript source is left to run: a file of interfaces is erased whole, so no test can cover it.
 *
 * @param source the text of a `.ts` file
 */
export function hasCode(source: string): boolean {
  const script = stripTypeScriptTypes(source).replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
  return script.replaceAll(/export\s*\{\s*\};?/g, '').trim() !== '';
}
