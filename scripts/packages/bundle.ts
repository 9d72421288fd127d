import { rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { rolldown, type InputOptions, type OutputOptions, type RolldownPluginOption } from 'rolldown';
import { dts } from 'rolldown-plugin-dts';
import { commands, entryPoints, type Package } from './manifest.ts';

/**
 * Builds a package's `dist`: of each entry point one ES module and one of CommonJS, each with its types, and its commands. What entry points
 * share is in chunks that they import, so that a class or a module's state is there once in a module system.
 *
 * @throws {Error} when a source does not compile, or its exported types are not written out
 */
export async function bundle(one: Package): Promise<void> {
  const { folder, manifest } = one;
  const dist = join(folder, 'dist');
  rmSync(dist, { recursive: true, force: true });
  const entries = entryPoints(manifest);
  const all = { ...entries, ...commands(manifest) };
  const declarations = dts({ cwd: resolve(folder), dtsOnly: true, generator: 'oxc', tsconfig: 'tsconfig.json', sourcemap: true });
  await Promise.all([
    write(one, all, [], [{ format: 'es', ...names('js') }]),
    write(one, entries, [], [{ format: 'cjs', dynamicImportInCjs: false, ...names('cjs') }]),
    write(one, entries, [declarations], [{ format: 'es', ...names('d.ts') }]),
    write(one, entries, [declarations], [{ format: 'es', ...names('d.cts') }]),
  ]);
}

function names(ending: string): OutputOptions {
  return { entryFileNames: `[name].${ending}`, chunkFileNames: `chunks/[name].${ending}` };
}

async function write(
  { folder, manifest }: Package,
  input: Record<string, string>,
  plugins: readonly RolldownPluginOption[],
  outputs: readonly OutputOptions[],
): Promise<void> {
  const external = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies });
  const options: InputOptions = {
    cwd: resolve(folder),
    input,
    plugins: [...plugins],
    platform: 'node',
    // Dependencies, peers and siblings are installed beside it. An import of anything else is an error.
    external: external.map((name) => new RegExp(`^${name}($|/)`)),
    tsconfig: join(resolve(folder), 'tsconfig.json'),
    transform: { target: 'node22.15' },
    checks: { bundlerTimings: false },
    onLog(level, log) {
      if (level === 'warn') throw new Error(`${folder}: ${log.message}`);
    },
  };
  const built = await rolldown(options);
  for (const output of outputs) {
    // The sources are packed beside the maps.
    await built.write({ dir: 'dist', sourcemap: true, sourcemapExcludeSources: true, esModule: true, ...output });
  }
  await built.close();
}
