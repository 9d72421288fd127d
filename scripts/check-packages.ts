// Packs every package as it would be published and checks the tarball: publint and attw read it, and a plain Node imports every entry
// point of it from a folder that knows nothing of this repository. Exit code 1 and one line for each problem.
import { spawnSync } from 'node:child_process';
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

interface Manifest {
  readonly name: string;
  readonly exports: Readonly<Record<string, unknown>>;
}

const problems: string[] = [];

/** Runs a command; a failure is a problem of `subject`, with the command's own output below it. */
function check(subject: string, command: string, args: readonly string[], cwd = '.'): string | undefined {
  // NODE_OPTIONS could bring the source condition along, and the tarball would pass by the sources beside it.
  const { NODE_OPTIONS: _, ...env } = process.env;
  const run = spawnSync(command, args, { cwd, env: { ...env, FORCE_COLOR: '0' }, encoding: 'utf8', timeout: 300_000 });
  if (run.status === 0) return run.stdout;
  const reason = run.error?.message ?? (run.signal === null ? `exit code ${run.status}` : run.signal);
  problems.push(`${subject}: ${command} ${args[0]}: ${reason}\n${run.stdout}${run.stderr}`);
  return undefined;
}

const work = mkdtempSync(join(tmpdir(), 'tracelink-packages-'));
const packages = globSync('packages/*/package.json')
  .sort()
  .map((file) => ({ folder: dirname(file), manifest: JSON.parse(readFileSync(file, 'utf8')) as Manifest }));

function pack(folder: string, name: string): string | undefined {
  const output = check(name, 'npm', ['pack', `./${folder}`, '--json', '--pack-destination', work]);
  if (output === undefined) return undefined;
  // npm 12 answers by package name, older ones with a list.
  const [packed] = Object.values(JSON.parse(output) as Record<string, { filename: string; files: { path: string }[] }>);
  if (packed === undefined) throw new Error(`npm pack ${folder} packed nothing`);
  const paths = packed.files.map((file) => file.path);
  for (const wanted of ['README.md', 'RATIONALE.md', 'dist/index.js', 'dist/index.d.ts']) {
    if (!paths.includes(wanted)) problems.push(`${name}: the tarball has no ${wanted}`);
  }
  for (const path of paths.filter((path) => /^(test|soak)\/|\.tsbuildinfo$/.test(path))) {
    problems.push(`${name}: the tarball has ${path}, which no one can use`);
  }
  return join(work, packed.filename);
}

/** Imports an entry point with plain Node, from `dist` and with no exporter that would wait for a collector. */
function importEntry(consumer: string, specifier: string): void {
  const program = `
    const names = Object.keys(await import(${JSON.stringify(specifier)}));
    if (${JSON.stringify(specifier.split('/').length === 2)} && names.length === 0) throw new Error('it exports nothing');
    const from = import.meta.resolve(${JSON.stringify(specifier)});
    if (!from.includes('/dist/')) throw new Error('it is not imported from dist but from ' + from);`;
  check(specifier, 'node', ['--input-type=module', '--eval', program], consumer);
}

try {
  check('build', 'npm', ['run', 'build']);
  const tarballs: string[] = [];
  if (problems.length === 0) {
    for (const { folder, manifest } of packages) {
      const tarball = pack(folder, manifest.name);
      if (tarball === undefined) continue;
      tarballs.push(tarball);
      check(manifest.name, 'publint', ['run', '--strict', tarball]);
      check(manifest.name, 'attw', [tarball]);
    }
    const consumer = join(work, 'consumer');
    mkdirSync(consumer);
    const installed = check('install of all tarballs', 'npm', [
      'install',
      '--prefix',
      consumer,
      '--prefer-offline',
      '--no-audit',
      '--no-fund',
      ...tarballs,
    ]);
    if (installed !== undefined) {
      for (const { manifest } of packages) {
        for (const entry of Object.keys(manifest.exports)) importEntry(consumer, manifest.name + entry.slice(1));
      }
    }
  }
} finally {
  rmSync(work, { recursive: true, force: true });
}
for (const problem of problems) console.error(`check:package: ${problem}`);
console.log(`${packages.length} packages packed, ${problems.length} problems`);
process.exitCode = problems.length === 0 ? 0 : 1;
