// npm run release -- --dry-run: everything of a release but the publication.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { bundle } from '../packages/bundle.ts';
import { mapInPairs, runCommand } from '../packages/command.ts';
import type { RepositoryManifest } from '../packages/complete-manifest.ts';
import { readPackages } from '../packages/manifest.ts';
import { pack, type Packed } from '../packages/pack.ts';
import { verify } from '../packages/verify.ts';
import { provenanceStatement } from './provenance.ts';
import { publishOrder } from './publish-order.ts';

const out = 'release';

const help = `npm run release -- [--dry-run]

Builds, packs and verifies every package, as RELEASING.md says, and publishes them, each after those that it asks for.
The tarballs and provenance.json are in ${out}/ afterwards. A version that the registry has already is passed over.

  --dry-run   everything but the publication; needs no credentials
  --help      this text

Exit code 1: something does not hold, and nothing was published. Exit code 2: an argument that there is not.
`;

async function release(isDry: boolean): Promise<void> {
  const startedOn = new Date();
  const root = JSON.parse(readFileSync('package.json', 'utf8')) as RepositoryManifest;
  if (!isDry) await checkTag(root);
  const packages = publishOrder(readPackages());
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out);
  await Promise.all(packages.map((one) => bundle(one)));
  const packed = await mapInPairs(packages, (one) => pack(one, out));
  const work = mkdtempSync(join(tmpdir(), 'tracelink-release-'));
  try {
    const absolute = packed.map((one) => ({ ...one, tarball: join(process.cwd(), one.tarball) }));
    const problems = await verify(packages, absolute, work, (line) => console.log(line));
    if (problems.length > 0) throw new Error(problems.join('\n'));
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  const commit = (await succeed('git', ['rev-parse', 'HEAD'])).trim();
  const statement = provenanceStatement(packed, { root, commit, startedOn, finishedOn: new Date() });
  writeFileSync(join(out, 'provenance.json'), `${JSON.stringify(statement, undefined, 2)}\n`);
  for (const { name, tarball, files } of packed) console.log(`\n${name}  ${tarball}  ${files.length} files\n  ${files.join('\n  ')}`);
  console.log(`\n${join(out, 'provenance.json')}  ${packed.length} subjects, commit ${commit}`);
  if (isDry) return console.log(`${packed.length} packages of version ${root.version} are ready; nothing was published`);
  for (const one of packed) await publish(one, root.version);
}

/** Published is what the tag of the version names, and what the changelog describes. */
async function checkTag({ version }: RepositoryManifest): Promise<void> {
  const tags = await succeed('git', ['tag', '--points-at', 'HEAD']);
  if (!tags.split('\n').includes(`v${version}`)) throw new Error(`HEAD has no tag v${version}`);
  if ((await succeed('git', ['status', '--porcelain'])) !== '') throw new Error('The working tree has changes');
  if (!readFileSync('CHANGELOG.md', 'utf8').includes(`\n## ${version}\n`)) throw new Error(`CHANGELOG.md does not name ${version}`);
}

async function publish({ name, tarball }: Packed, version: string): Promise<void> {
  const there = await runCommand('npm', ['view', `${name}@${version}`, 'version']);
  if (there.ok && there.stdout.trim() === version) return console.log(`${name}@${version} is there already`);
  // npm signs its provenance where the workflow may ask for an identity, and refuses elsewhere.
  await succeed('npm', ['publish', tarball, '--access', 'public', '--provenance']);
  console.log(`${name}@${version} is published`);
}

async function succeed(command: string, args: readonly string[]): Promise<string> {
  const { ok, stdout, failure } = await runCommand(command, args);
  if (!ok) throw new Error(failure);
  return stdout;
}

function isDryRun(): boolean | 'help' {
  const { values } = parseArgs({ options: { 'dry-run': { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } });
  return values.help === true ? 'help' : values['dry-run'] === true;
}

function said(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

try {
  const isDry = isDryRun();
  if (isDry === 'help') process.stdout.write(help);
  else
    await release(isDry).catch((error: unknown) => {
      console.error(`release: ${said(error)}`);
      process.exitCode = 1;
    });
} catch (error) {
  console.error(`release: ${said(error)}\nTry --help.`);
  process.exitCode = 2;
}
