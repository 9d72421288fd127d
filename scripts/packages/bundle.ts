import { copyFileSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { rolldown, type ChunkingContext, type OutputOptions, type RenderedChunk, type RolldownPluginOption } from 'rolldown';
import { dts } from 'rolldown-plugin-dts';
import { commands, entryPoints, type Package } from './manifest.ts';

/**
 * Builds a package's `dist`: of each entry point one ES module and one of CommonJS, each with its types, and its commands. What entry points
 * share is in chunks that they import, so that a class or a module's state is there once in a module system. The licence and the changelog
 * are copied beside it, to be packed.
 *
 * @throws {Error} when a source does not compile, an exported type is not written out, or an import is no dependency of the package
 */
export async function bundle(one: Package): Promise<void> {
  const { folder, manifest } = one;
  rmSync(join(folder, 'dist'), { recursive: true, force: true });
  const entries = entryPoints(manifest);
  // One for each build: at the start of a build it forgets the entry points of another one, which may be under way.
  const declarations = () => dts({ cwd: resolve(folder), dtsOnly: true, generator: 'oxc', tsconfig: 'tsconfig.json', sourcemap: true });
  await Promise.all([
    write(one, { ...entries, ...commands(manifest) }, [], { format: 'es', ...names('js') }),
    // An `import()` is a `require`, as Jest loads nothing else in CommonJS.
    write(one, entries, [], { format: 'cjs', esModule: true, dynamicImportInCjs: false, ...names('cjs') }),
    write(one, entries, [declarations()], { format: 'es', banner: references, ...names('d.ts') }),
    write(one, entries, [declarations()], { format: 'es', banner: references, ...names('d.cts') }),
  ]);
  for (const file of ['LICENSE', 'CHANGELOG.md']) copyFileSync(file, join(folder, file));
}

function names(ending: string): OutputOptions {
  return { entryFileNames: `[name].${ending}`, chunkFileNames: `chunks/[name].${ending}` };
}

/** The types that a source refers to without an import, as a chai plugin's does to chai's: the bundler leaves such lines out. */
function references({ moduleIds }: RenderedChunk): string {
  const sources = moduleIds.map((id) => id.replace(/\.d\.ts$/, '.ts')).filter((file) => existsSync(file));
  const lines = sources.flatMap((file) => readFileSync(file, 'utf8').match(/^\/\/\/ <reference .*$/gm) ?? []);
  return [...new Set(lines)].join('\n');
}

/** Whether an entry point imports a module, itself or by what it imports; not what it loads when that is asked for. */
function isPartOf(entry: string, id: string, graph: ChunkingContext): boolean {
  const seen = new Set([id]);
  for (const module of seen) for (const importer of graph.getModuleInfo(module)?.importers ?? []) seen.add(importer);
  return id !== entry && seen.has(entry);
}

async function write(
  { folder, manifest }: Package,
  input: Record<string, string>,
  plugins: readonly RolldownPluginOption[],
  output: OutputOptions,
): Promise<void> {
  const entryFile = (name: string): string => resolve(folder, entryPoints(manifest)[name] ?? '');
  const installed = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies });
  await using built = await rolldown({
    cwd: resolve(folder),
    input,
    plugins: [...plugins],
    platform: 'node',
    // What is installed beside it. An import of anything else is told, and what is told is an error.
    external: installed.map((name) => new RegExp(`^${name}($|/)`)),
    onLog: (level, { message }) => {
      if (level === 'warn') throw new Error(`${folder}: ${message}`);
    },
    checks: { bundlerTimings: false },
    tsconfig: join(resolve(folder), 'tsconfig.json'),
    transform: { target: 'node22.15' },
    // What `sideEffects` of a package.json says is for those who import the package: inside it every import is meant.
    treeshake: { moduleSideEffects: [{ external: false, sideEffects: true }] },
  });
  await built.write({
    dir: 'dist',
    sourcemap: true,
    // The sources are packed beside the maps.
    sourcemapExcludeSources: true,
    // Each would be read at every start; the types have them, and the sources.
    comments: { jsdoc: false },
    codeSplitting: {
      groups: [
        // In an entry point's own file it would run after all that the file imports.
        { name: 'check-node', test: /\/check-node\.ts$/ },
        // What our other packages import does not bring what users import, which is more.
        { name: (id, graph) => (isPartOf(entryFile('internal'), id, graph) ? 'shared' : null) },
        // One file, however many other entry points share a part of it.
        { name: (id, graph) => (isPartOf(entryFile('index'), id, graph) ? 'core' : null) },
      ],
    },
    ...output,
  });
}
