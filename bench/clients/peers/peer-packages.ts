import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';

// They bring copies of OpenTelemetry's packages that are older than ours, so they are no devDependencies and stand beside them.
const instrumentations = ['@instana/instrumentation-confluent-kafka-javascript@1.1.0', '@platformatic/kafka-opentelemetry@0.5.0'];

// Their peers, in the versions that are measured: an API of another minor would see no SDK, and the channels are those of one release.
const peers = ['@opentelemetry/api', '@platformatic/kafka'].map((name) => `${name}@${versionHere(name)}`);

const cache = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'tracelink');
const packages = [...instrumentations, ...peers];
const folder = join(cache, `bench-peers-${packages.map((each) => each.replace('@', '').replaceAll(/[/@]/g, '-')).join('-')}`);

/** Puts the instrumentations into the cache, where they are not there yet. @throws where npm cannot install them */
export function installPeers(): void {
  if (existsSync(folder)) return;
  const unfinished = `${folder}.${process.pid}`;
  mkdirSync(unfinished, { recursive: true });
  const flags = ['--ignore-scripts', '--no-package-lock', '--no-save', '--silent', '--prefix', unfinished];
  execFileSync('npm', ['install', ...flags, ...packages], { stdio: 'inherit' });
  // A folder that is there is whole.
  renameSync(unfinished, folder);
}

/** What an instrumentation of the cache exports. @throws where it is not installed */
export function requirePeer(name: string): unknown {
  return createRequire(join(folder, 'package.json'))(name);
}

function versionHere(name: string): string {
  const manifest = join(import.meta.dirname, '..', '..', '..', 'node_modules', name, 'package.json');
  return (JSON.parse(readFileSync(manifest, 'utf8')) as { readonly version: string }).version;
}
