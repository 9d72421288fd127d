import { execFileSync } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { expect } from 'chai';

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly bin?: unknown;
  readonly exports?: unknown;
}

const readManifest = (file: string): Manifest => JSON.parse(readFileSync(file, 'utf8')) as Manifest;
/** The files that git tracks and that are there. */
const trackedFiles = (): string[] =>
  execFileSync('git', ['ls-files', '-z'], { encoding: 'utf8' })
    .split('\0')
    .filter((file) => file !== '' && existsSync(file));

const root = readManifest('package.json');
const packages = globSync('packages/*/package.json')
  .sort()
  .map((file) => ({ file, folder: dirname(file), manifest: readManifest(file) }));
const workspaces = [
  ...packages,
  ...globSync('services/*/package.json').map((file) => ({ file, folder: dirname(file), manifest: readManifest(file) })),
];

/** A row of files of one kind, each as long as what it describes, and the table that lists them. */
const rows = [
  'packages/propagation/src/formats',
  'packages/embedded-kafka/src/groups/consumer/assignors',
  'packages/embedded-kafka/src/server/handlers',
  'packages/embedded-kafka/src/wire/apis',
  'packages/kafka/src/dead-letters/writers',
  'packages/kafka/src/doctor/rules',
];

/** Other sources of fewer than 40 lines, which would be no plainer as a part of another file. */
const wholeIdeas = {
  'a structure or an algorithm that rooms or files beside each other share': [
    'packages/embedded-kafka/src/log/binary-search.ts',
    'packages/kafka/src/client/kafka-client.ts',
    'packages/kafka/src/client/platformatic/callbacks.ts',
    'packages/kafka/src/client/platformatic/engine/assign-to-readers.ts',
    'packages/kafka/src/client/port/topic-partition.ts',
    'packages/kafka/src/dead-letters/shown-bytes.ts',
    'packages/sdk/src/flush/before-own-kill.ts',
    'packages/testing/src/errors/timeout.ts',
  ],
  'what one client does wrong or slowly, each thing with the code that is used in its place': [
    'packages/kafka/src/client/confluent/engine/binding/connect-in-tries.ts',
    'packages/kafka/src/client/kafkajs/acknowledged-commits.ts',
    'packages/kafka/src/client/kafkajs/consumer-without-restart.ts',
    'packages/kafka/src/client/platformatic/engine/patient-requests.ts',
  ],
  'the routes of one part of a server': ['packages/studio/src/http/page-files.ts', 'packages/studio/src/provider-api/provider-routes.ts'],
  'a decision without I/O, which is tested without a client': [
    'packages/embedded-kafka/src/cluster/replica-assignment.ts',
    'packages/kafka/src/consumer/parent-or-link.ts',
  ],
  'the dependencies of a class that fills its own file': ['packages/kafka/src/subscribe/group-member-parts.ts'],
  'runs before everything else is imported': ['packages/sdk/src/setup/check-node.ts'],
  'the version, which a release changes': ['packages/kafka/src/core/version.ts'],
};

describe('the repository', () => {
  it('has one version for everything in it, which packages ask of each other exactly', () => {
    const wrong = workspaces.flatMap(({ file, manifest }) => {
      const asked = Object.entries({ ...manifest.peerDependencies, ...manifest.dependencies }).filter(([name]) =>
        name.startsWith('@tracelink/'),
      );
      return [['version', manifest.version] as const, ...asked]
        .filter(([, version]) => version !== root.version)
        .map(([what, version]) => `${file}: ${what} is ${version}, not ${root.version}`);
    });
    expect(packages).to.not.be.empty;
    expect(wrong).to.deep.equal([]);
  });

  it('says in each package what it is, why it is so and under which licence', () => {
    const missing = packages.flatMap(({ folder, manifest }) => [
      ...['README.md', 'RATIONALE.md'].filter((page) => !existsSync(`${folder}/${page}`)).map((page) => `${folder} has no ${page}`),
      ...(manifest.license === root.license ? [] : [`${folder}: its licence is ${manifest.license}, not ${root.license}`]),
    ]);
    expect(missing).to.deep.equal([]);
  });

  it('compiles every service: a new one is listed in tsconfig.build.json', () => {
    const { references } = JSON.parse(readFileSync('tsconfig.build.json', 'utf8')) as { references: { path: string }[] };
    expect(references.map(({ path }) => dirname(path))).to.have.members(globSync('services/*'));
  });

  it('draws in ARCHITECTURE.md only what is there', () => {
    const text = readFileSync('ARCHITECTURE.md', 'utf8');
    const named = [
      ...new Set([...text.matchAll(/`((?:packages|services|docs|test|site|findings)\/[\w./-]+)`/g)].map(([, path]) => path ?? '')),
    ];
    expect(named).to.have.length.above(40);
    expect(named.filter((path) => !existsSync(path))).to.deep.equal([]);
  });

  it('draws in ARCHITECTURE.md, and says in CONTRIBUTING.md, the arrows between packages that their manifests have', () => {
    const [, parts = ''] = /^## The parts$(.*?)^## /ms.exec(readFileSync('ARCHITECTURE.md', 'utf8')) ?? [];
    const drawn = [...parts.matchAll(/^ {2}([\w-]+) --> ([\w-]+)/gm)].map(([, from, to]) => `${from} -> ${to}`);
    // The node of embedded-kafka has a label, as its name has a hyphen.
    const arrows = workspaces.flatMap(({ folder, manifest }) => {
      const from = folder.startsWith('services/') ? 'services' : folder.replace('packages/', '');
      return Object.keys({ ...manifest.peerDependencies, ...manifest.dependencies })
        .filter((name) => name.startsWith('@tracelink/'))
        .map((name) => `${from} -> ${name.replace('@tracelink/', '').replace('embedded-kafka', 'embedded')}`);
    });
    expect(arrows).to.include('kafka -> propagation');
    expect(drawn).to.have.members([...new Set(arrows)]);
    const said = [...readFileSync('CONTRIBUTING.md', 'utf8').matchAll(/`([\w-]+) -> ([\w-]+(?:, [\w-]+)*)`/g)].flatMap(
      ([, from, list = '']) => list.split(', ').map((to) => `${from} -> ${to.replace('embedded-kafka', 'embedded')}`),
    );
    expect(said).to.have.members([...new Set(arrows)].filter((arrow) => !arrow.startsWith('services ')));
  });

  it('names in ARCHITECTURE.md what to touch for at least ten changes, each in one package, and the tests of each', () => {
    const [, table = ''] = readFileSync('ARCHITECTURE.md', 'utf8').split(/^## .* changes$/m);
    const changes = [...table.matchAll(/^\| ([a-z].+?) +\| (.+?) +\| (.+?) +\|$/gm)].filter(([, change]) => change !== 'to');
    expect(changes).to.have.length.of.at.least(10);
    const paths = (cell = ''): string[] => [...cell.matchAll(/`((?:packages|docs|test)\/[\w./-]+)`/g)].map(([, path]) => path ?? '');
    for (const [, change, touched, tests] of changes) {
      expect(paths(touched), change).to.not.be.empty;
      expect(paths(tests), change).to.not.be.empty;
      expect(
        new Set(
          paths(touched)
            .map((path) => path.split('/').slice(0, 2).join('/'))
            .filter((path) => path.startsWith('packages/')),
        ),
        change,
      ).to.have.property('size', 1);
    }
  });

  it('has the guides of every part in docs, and at most 150 lines in the README of a package', () => {
    const guides = [
      'getting-started',
      'consumer-guide',
      'retries-and-dead-letters',
      'idempotency-and-outbox',
      'replay',
      'telemetry',
      'testing',
    ];
    const others = ['migrating-from-instrumentation-kafkajs', 'beside-an-apm-agent', 'headers-in-the-wild', 'brokers', 'behaviours'];
    const pages = globSync('docs/**/*.md').map((page) => basename(page, '.md'));
    const missing = [...guides, ...others].filter((name) => !pages.includes(name));
    const long = packages.filter(({ folder }) => readFileSync(`${folder}/README.md`, 'utf8').trimEnd().split('\n').length > 150);
    expect({ missing, long: long.map(({ folder }) => folder) }).to.deep.equal({ missing: [], long: [] });
  });

  it('holds at most 15 files in a folder', () => {
    const counts = new Map<string, number>();
    for (const file of trackedFiles()) counts.set(dirname(file), (counts.get(dirname(file)) ?? 0) + 1);
    // The root has what tools look for there; the others are copies, recordings, and programs of which none knows another: no sources.
    const sources = [...counts].filter(([folder]) => folder !== '.' && !/(^|\/)(vendor|fixtures|findings)$/.test(folder));
    expect(sources).to.have.length.above(100);
    expect(sources.filter(([, count]) => count > 15)).to.deep.equal([]);
  });

  it('has at most 300 lines in a source file', () => {
    const sources = trackedFiles().filter((file) => /\.(ts|js|mjs|css|go|java)$/.test(file) && !file.includes('/vendor/'));
    const long = sources.flatMap((file) => {
      const lines = readFileSync(file, 'utf8').trimEnd().split('\n').length;
      return lines > 300 ? [`${file} has ${lines} lines`] : [];
    });
    expect(sources).to.have.length.above(800);
    expect(long).to.deep.equal([]);
  });

  it('has 40 lines or more in a source file of a package, unless it is an entry point, one of a row or a whole idea', () => {
    const entryPoints = packages.flatMap(({ folder, manifest: { bin, exports } }) =>
      [...JSON.stringify({ bin, exports }).matchAll(/"\.\/(?:src|dist)\/([\w/-]+)\.(?:ts|js)"/g)].map(
        ([, name]) => `${folder}/src/${name}.ts`,
      ),
    );
    // A command is imported once the version of Node has been checked.
    const commands = entryPoints.filter((file) => file.endsWith('/bin.ts')).map((file) => `${dirname(file)}/main.ts`);
    const small = trackedFiles()
      .filter(
        (file) =>
          /^packages\/[^/]+\/src\/.*\.ts$/.test(file) && ![...entryPoints, ...commands].includes(file) && !rows.includes(dirname(file)),
      )
      .filter((file) => readFileSync(file, 'utf8').trimEnd().split('\n').length < 40);
    expect(entryPoints).to.include.members(['packages/kafka/src/index.ts', 'packages/kafka/src/cli/bin.ts']);
    const named: readonly string[] = Object.values(wholeIdeas).flat();
    const unnamed = small.filter((file) => !named.includes(file));
    expect({ unnamed, 'no longer small': named.filter((file) => !small.includes(file)) }).to.deep.equal({
      unnamed: [],
      'no longer small': [],
    });
    expect(named).to.have.length.below(20);
  });

  it('uses no name that another has replaced', () => {
    const replaced =
      /onceOnly|OnceOnlyStore|once-only|no_message_id|onLetter|\bLetter(?:Headers|Writer)|homeless|DoneAbove|ParkedRequest|FaultInForce|AttemptMemory|origin_to_done/;
    const found = trackedFiles()
      .filter((file) => /\.(ts|js|md|sh)$/.test(file) && file !== 'test/house.test.ts')
      .filter((file) => replaced.test(readFileSync(file, 'utf8')));
    expect(found).to.deep.equal([]);
  });

  it('keeps paths of one machine and hosts of one registry out of its files', () => {
    const machine = /(?<![\w.])\/(work|farm|root|home\/\w+|Users\/\w+)\/[a-z.]/;
    const registry =
      /registry\.(npmjs|yarnpkg|npmmirror)|proxy\.golang\.|repo1\.maven\.|deb\.debian\.|files\.pythonhosted\.|"resolved": ?"http/;
    const tracked = trackedFiles();
    const found = tracked.flatMap((file) =>
      readFileSync(file, 'utf8')
        .split('\n')
        .flatMap((line, index) => (machine.test(line) || registry.test(line) ? [`${file}:${index + 1}: ${line.trim()}`] : [])),
    );
    expect(tracked).to.include('package.json');
    expect(found).to.deep.equal([]);
  });
});
