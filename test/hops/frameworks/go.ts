import { readFileSync } from 'node:fs';
import { installed, step } from '../../clients/support/installed.ts';
import { bothPropagators, programFile, type Framework } from './framework.ts';

/** franz-go with its own plug-in for OpenTelemetry. */
export const kotel: Framework = goProgram('kotel', 'franz-go with kotel');

/** sarama with the instrumentation that OpenTelemetry's registry names. */
export const otelsarama: Framework = goProgram('otelsarama', 'sarama with otelsarama');

function goProgram(name: string, title: string): Framework {
  return {
    name,
    title,
    needs: 'Go',
    settings: [{}, bothPropagators],
    versions: () => directVersions(readFileSync(programFile(`${name}/go.mod`), 'utf8')),
    async install() {
      const folder = await installed(`hops-${name}`, async () => {});
      await step('go', ['build', '-o', `${folder}/hop`, '.'], { cwd: programFile(name) });
      return { file: `${folder}/hop`, args: [] };
    },
  };
}

/** The versions of the modules that a `go.mod` asks for itself. */
export function directVersions(goMod: string): Readonly<Record<string, string>> {
  return Object.fromEntries([...goMod.matchAll(/^\t(\S+) v(\S+)$/gm)].map(([, module = '', version = '']) => [module, version]));
}
