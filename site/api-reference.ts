import { globSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { Application, Converter, type DeclarationReflection, type ProjectReflection, ReflectionKind, type TypeDocOptions } from 'typedoc';
import type { PluginOptions } from 'typedoc-plugin-markdown';

const root = join(import.meta.dirname, '..');

interface EntryPoint {
  /** What a program imports: `@tracelink/kafka/subscribe`. */
  readonly name: string;
  /** The source, from the root of the repository. */
  readonly file: string;
}

interface Manifest {
  readonly name: string;
  readonly exports: Readonly<Record<string, { readonly '@tracelink/source': string }>>;
}

/** Every entry point of every package. */
export function entryPoints(): EntryPoint[] {
  return globSync('packages/*/package.json', { cwd: root })
    .sort()
    .flatMap((path) => {
      const { name, exports } = JSON.parse(readFileSync(join(root, path), 'utf8')) as Manifest;
      return (
        Object.entries(exports)
          // Not for users.
          .filter(([subpath]) => subpath !== './internal')
          .map(([subpath, { '@tracelink/source': source }]) => ({
            name: posix.join(name, subpath),
            file: posix.join(dirname(path), source),
          }))
      );
    });
}

/**
 * Writes the reference of all entry points as Markdown into a folder, a page for each.
 *
 * @throws {Error} when something that needs a docstring has none, a `{@link}` leads nowhere, or a signature names a type that is not exported. Each of
 * them is printed.
 */
export async function writeApiReference(out: string): Promise<void> {
  const points = entryPoints();
  const options: Partial<TypeDocOptions> & Partial<PluginOptions> = {
    plugin: ['typedoc-plugin-markdown'],
    entryPoints: points.map(({ file }) => join(root, file)),
    basePath: root,
    tsconfig: join(import.meta.dirname, 'tsconfig.json'),
    name: 'API reference',
    outputs: [{ name: 'markdown', path: out }],
    readme: 'none',
    router: 'module',
    entryFileName: 'index',
    hideBreadcrumbs: true,
    hidePageHeader: true,
    hideGroupHeadings: true,
    // What is called comes before what it takes and returns.
    groupOrder: ['Functions', 'Classes', '*'],
    // Its links to headings that share a name lead nowhere.
    useHTMLAnchors: true,
    useCodeBlocks: true,
    parametersFormat: 'table',
    disableGit: true,
    disableSources: true,
    excludeInternal: true,
    excludePrivate: true,
    excludeExternals: true,
    validation: { notExported: true, invalidLink: true, invalidPath: true, rewrittenLink: true, unusedMergeModuleWith: true },
  };
  const app = await Application.bootstrapWithPlugins(options);
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => nameModules(project, points));
  const project = await app.convert();
  if (project === undefined) throw new Error('TypeDoc cannot read the sources');
  app.validate(project);
  for (const name of undocumented(project)) app.logger.error(`${name} has no docstring`);
  await app.generateOutputs(project);
  const problems = app.logger.errorCount + app.logger.warningCount + app.logger.validationWarningCount;
  if (problems > 0) throw new Error(`the API reference has ${problems} problem${problems === 1 ? '' : 's'}`);
}

/** TypeDoc names a module by its file; a reader knows it by what to import. */
function nameModules(project: ProjectReflection, points: readonly EntryPoint[]): void {
  const names = new Map(points.map(({ file, name }) => [file.replace(/(\/index)?\.ts$/, ''), name]));
  for (const module of project.children ?? []) module.name = names.get(module.name) ?? module.name;
}

/**
 * What must have a docstring and has none: every export, every option, every method of a class. TypeDoc's own check asks for each property,
 * `name` of a span too, and a docstring that repeats the name says nothing.
 */
function undocumented(project: ProjectReflection): string[] {
  const exported = (project.children ?? []).flatMap((module) => (module.children ?? []).map((each) => ({ each, module: module.name })));
  return exported.flatMap(({ each, module }) => {
    const name = `${module}: ${each.name}`;
    const members = (each.children ?? [])
      .filter((member) => mustSay(each, member) && !isDocumented(member))
      .map((member) => `${name}.${member.name}`);
    return each.isReference() || isDocumented(each) ? members : [name, ...members];
  });
}

function mustSay(owner: DeclarationReflection, member: DeclarationReflection): boolean {
  if (owner.kindOf(ReflectionKind.Interface)) return owner.name.endsWith('Options');
  // A well-known symbol does what its name says everywhere: [asyncDispose], [hasInstance].
  return owner.kindOf(ReflectionKind.Class) && member.kindOf(ReflectionKind.FunctionOrMethod) && !member.name.startsWith('[');
}

function isDocumented(each: DeclarationReflection): boolean {
  return each.hasComment() || (each.signatures ?? []).some((signature) => signature.hasComment());
}
