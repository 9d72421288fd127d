import { builtName, type Manifest, type Package } from './manifest.ts';

/** What all packages have from the repository's own `package.json`: there the address and the licence are said, once. */
export interface RepositoryManifest {
  readonly version: string;
  readonly license: string;
  readonly repository: { readonly type: string; readonly url: string };
}

/** The order of a `package.json`: what it is, how it is loaded, what it needs. */
const order = [
  ['name', 'version', 'description', 'keywords', 'license', 'homepage', 'bugs', 'repository'],
  ['private', 'type', 'engines', 'bin', 'imports', 'main', 'types', 'typesVersions', 'exports', 'files', 'sideEffects', 'publishConfig'],
  ['dependencies', 'peerDependencies', 'peerDependenciesMeta', 'devDependencies'],
].flat();

/** What is packed beside what a package adds; npm adds `README.md` and `LICENSE`. */
const packed = ['dist', 'src', 'CHANGELOG.md', 'RATIONALE.md'];

/**
 * A package's manifest with all that follows from its folder, from its entry points' sources and from the repository's manifest: exports for
 * both module systems, `main`, `types` and `typesVersions` for tools that know no exports, and where the source, the issues and the page are.
 */
export function completeManifest({ folder, manifest }: Package, root: RepositoryManifest): object {
  const given: Manifest & { readonly files?: readonly string[] } = manifest;
  const address = webAddress(root);
  const entries = Object.entries(given.exports).map(([entry, { '@tracelink/source': source }]) => {
    const built = `./dist/${builtName(entry)}`;
    const exported = {
      '@tracelink/source': source,
      // The types first: the compiler takes the first condition that fits.
      import: { types: `${built}.d.ts`, default: `${built}.js` },
      require: { types: `${built}.d.cts`, default: `${built}.cjs` },
    };
    return [entry, exported] as const;
  });
  const subpaths = entries.filter(([entry]) => entry !== '.').map(([entry, { require }]) => [builtName(entry), [require.types]]);
  const complete: Record<string, unknown> = {
    ...given,
    version: root.version,
    license: root.license,
    homepage: `${address}/tree/main/${folder}#readme`,
    bugs: `${address}/issues`,
    repository: { ...root.repository, directory: folder },
    type: 'module',
    main: './dist/index.cjs',
    types: './dist/index.d.cts',
    typesVersions: subpaths.length === 0 ? undefined : { '*': Object.fromEntries(subpaths) },
    exports: Object.fromEntries(entries),
    files: [...packed, ...(given.files ?? []).filter((file) => !packed.includes(file))],
    publishConfig: { access: 'public' },
  };
  const keys = [...order, ...Object.keys(complete).filter((key) => !order.includes(key))];
  return Object.fromEntries(keys.filter((key) => complete[key] !== undefined).map((key) => [key, complete[key]]));
}

/** Where the repository is on the web: of `git+https://github.com/owner/name.git`, `https://github.com/owner/name`. */
export function webAddress({ repository }: RepositoryManifest): string {
  return repository.url.replace(/^git\+/, '').replace(/\.git$/, '');
}
