import { readFileSync } from 'node:fs';

interface Library {
  /** What Node calls it. */
  readonly specifier: string;
  /** The npm package that it is in. */
  readonly package: string;
  /** The browser's file, inside the package. */
  readonly file: string;
  /** The copy's name, without its ending. */
  readonly as: string;
}

const libraries: readonly Library[] = [
  { specifier: 'preact', package: 'preact', file: 'dist/preact.mjs', as: 'preact' },
  { specifier: 'preact/hooks', package: 'preact', file: 'hooks/dist/hooks.mjs', as: 'preact-hooks' },
  { specifier: 'htm', package: 'htm', file: 'dist/htm.mjs', as: 'htm' },
  { specifier: '@dagrejs/dagre', package: '@dagrejs/dagre', file: 'dist/dagre.esm.js', as: 'dagre' },
];

/** Where the copies are, as a `file:` URL. */
export const vendorFolder: URL = new URL('../page/vendor/', import.meta.url);

/**
 * The copies by file name: each library under a line that says what it is, its licence, and types for the editor and the compiler.
 *
 * @throws {Error} when a library imports what is not copied, which no browser would find
 */
export function vendoredFiles(): Map<string, string> {
  const files = new Map<string, string>();
  for (const library of libraries) {
    const { folder, manifest } = installed(library.package);
    const source = readFileSync(new URL(library.file, folder), 'utf8').replace(/^\/\/# sourceMappingURL=.*\n?/gm, '');
    files.set(
      `${library.as}.js`,
      `/* ${library.specifier} ${manifest.version}, ${manifest.license}: LICENSE-${library.as}.txt */\n${relative(source)}`,
    );
    files.set(`LICENSE-${library.as}.txt`, readFileSync(new URL('LICENSE', folder), 'utf8'));
    files.set(`${library.as}.d.ts`, typesOf(library.specifier));
  }
  return files;
}

interface Manifest {
  readonly version: string;
  readonly license: string;
}

function installed(name: string): { folder: URL; manifest: Manifest } {
  const folder = new URL(`../../../node_modules/${name}/`, import.meta.url);
  return { folder, manifest: JSON.parse(readFileSync(new URL('package.json', folder), 'utf8')) as Manifest };
}

/** A browser without an import map, which a strict Content-Security-Policy forbids inline, finds modules by their paths only. */
function relative(source: string): string {
  return source.replace(/(\bfrom|\bimport)\s*(["'])([@\w][^"'\n]*)\2/g, (_, keyword: string, quote: string, specifier: string) => {
    const library = libraries.find((known) => known.specifier === specifier);
    if (library === undefined) throw new Error(`${specifier} is imported but not copied`);
    return `${keyword}${quote}./${library.as}.js${quote}`;
  });
}

function typesOf(specifier: string): string {
  // htm's types are CommonJS: what its module exports by default is one level deeper for the compiler.
  if (specifier === 'htm') return "import type htm from 'htm';\n\ndeclare const bound: typeof htm.default;\nexport default bound;\n";
  return `export * from '${specifier}';\n${specifier === '@dagrejs/dagre' ? `export { default } from '${specifier}';\n` : ''}`;
}
