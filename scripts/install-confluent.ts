import { execFileSync, type ExecFileSyncOptions } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

// `npm ci` fails as a whole where this package's install script does, so it is no devDependency: this script puts it beside them.
const name = '@confluentinc/kafka-javascript';
const version = '1.10.1';
const compiler = 'node-gyp@12.4.0';

/** Milliseconds that the download of the binary may take: where nothing answers it would wait for minutes. */
const longestDownload = 30_000;

const { platform, arch, execPath, versions } = process;
const cache = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'tracelink');
const built = join(cache, `confluent-kafka-javascript-${version}-abi${versions.modules}-${platform}-${arch}`);

if (existsSync(built)) console.log(`${name} ${version} is in the cache.`);
else install();
link();

function install(): void {
  const folder = `${built}.${process.pid}`;
  const own = join(folder, 'node_modules', name);
  npmInstall(folder, `${name}@${version}`);
  if (!download(own)) build(folder, own);
  // A folder that is there is whole.
  renameSync(folder, built);
}

function download(own: string): boolean {
  try {
    run(own, ['../../@mapbox/node-pre-gyp/bin/node-pre-gyp', 'install'], { timeout: longestDownload, stdio: 'ignore' });
    return true;
  } catch {
    console.log(`The binary of ${name} cannot be downloaded: it is built from source, which takes some minutes.`);
    return false;
  }
}

/** Needs a C++ compiler, make, Python and the headers of OpenSSL and zlib. What else librdkafka finds it uses, for zstd for example. */
function build(folder: string, own: string): void {
  const tools = join(folder, 'tools');
  const headers = `node-${platform}-${arch}`;
  npmInstall(tools, compiler, `${headers}@${versions.node}`);
  const gyp = join(own, 'deps', 'librdkafka.gyp');
  // As published it starts a compiler for each file at once.
  writeFileSync(gyp, readFileSync(gyp, 'utf8').replace('"make", "-j",', '"make", "-j2",'));
  const nodedir = join(tools, 'node_modules', headers);
  const script = join(tools, 'node_modules', 'node-gyp', 'bin', 'node-gyp.js');
  // Static, which is its default, would download the libraries that it links to. Tests need no optimized build, and it takes longer to
  // make: who measures sets CFLAGS and CXXFLAGS. The folder of headers that npm is configured with is another Node's, and would win over
  // the argument.
  const unoptimized = { CFLAGS: '-O0 -g0', CXXFLAGS: '-O0 -g0' };
  const env = { ...unoptimized, ...process.env, npm_config_nodedir: nodedir, CKJS_LINKING: 'dynamic' };
  // `--jobs` breaks it: it then compiles what librdkafka's own configuration has not written yet.
  run(own, [script, 'rebuild'], { env, stdio: 'ignore' });
  rmSync(tools, { recursive: true });
  for (const each of readdirSync(join(own, 'build', 'Release'))) if (!each.endsWith('.node')) remove(own, 'build', 'Release', each);
  for (const each of readdirSync(join(own, 'build', 'deps'))) if (!each.includes('.so')) remove(own, 'build', 'deps', each);
}

/** The package where imports of this repository find it. */
function link(): void {
  const place = join(import.meta.dirname, '..', 'node_modules', name);
  mkdirSync(dirname(place), { recursive: true });
  rmSync(place, { recursive: true, force: true });
  symlinkSync(join(built, 'node_modules', name), place);
  run(dirname(place), ['--eval', `require(${JSON.stringify(place)})`], { stdio: 'inherit' });
}

function npmInstall(folder: string, ...packages: string[]): void {
  mkdirSync(folder, { recursive: true });
  const flags = ['--ignore-scripts', '--no-package-lock', '--no-save', '--silent', '--prefix', folder];
  execFileSync('npm', ['install', ...flags, ...packages], { stdio: 'inherit' });
}

function run(cwd: string, args: readonly string[], options: ExecFileSyncOptions): void {
  execFileSync(execPath, [...args], { cwd, ...options });
}

function remove(...path: string[]): void {
  rmSync(join(...path), { recursive: true });
}
