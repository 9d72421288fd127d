import { execFileSync } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { expect } from 'chai';

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
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

/** Sources of few lines that would be no plainer as a part of another file. */
const wholeIdeas = {
  'the error class of a package, or its base': [
    'packages/context/src/errors/branded-error.ts',
    'packages/propagation/src/propagation/propagation-error.ts',
    'packages/embedded-kafka/src/embedded-kafka-error.ts',
  ],
  'one of a row of files of one kind: a header format, the handlers of an API, the list of all APIs': [
    'packages/propagation/src/formats/cloudevents.ts',
    'packages/embedded-kafka/src/server/handlers/sasl.ts',
    'packages/embedded-kafka/src/wire/api-table.ts',
  ],
  'a structure or an algorithm that rooms or files beside each other share': [
    'packages/context/src/errors/thrown-value.ts',
    'packages/context/src/spans/guard.ts',
    'packages/embedded-kafka/src/log/binary-search.ts',
    'packages/kafka/src/core/own-async-context.ts',
    'packages/kafka/src/telemetry/batch-scope.ts',
    'packages/kafka/src/telemetry/span-context-map.ts',
  ],
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
    expect(references.map(({ path }) => path)).to.have.members(globSync('services/*'));
  });

  it('draws in ARCHITECTURE.md only what is there', () => {
    const text = readFileSync('ARCHITECTURE.md', 'utf8');
    const named = [
      ...new Set([...text.matchAll(/`((?:packages|services|docs|test|site|findings)\/[\w./-]+)`/g)].map(([, path]) => path ?? '')),
    ];
    expect(named).to.have.length.above(40);
    expect(named.filter((path) => !existsSync(path))).to.deep.equal([]);
  });

  it('holds at most 15 files in a folder', () => {
    const counts = new Map<string, number>();
    for (const file of trackedFiles()) counts.set(dirname(file), (counts.get(dirname(file)) ?? 0) + 1);
    // The root has what tools look for there; the others are copies and recordings, not sources.
    const sources = [...counts].filter(([folder]) => folder !== '.' && !/(^|\/)(vendor|fixtures)$/.test(folder));
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

  it('has more than 25 lines in a source file of a package, unless it is an entry point or a whole idea', () => {
    const manifest = (folder: string): string => readFileSync(`${folder}/package.json`, 'utf8');
    const entryPoints = packages.flatMap(({ folder }) =>
      [...manifest(folder).matchAll(/"\.\/(?:src|dist)\/([\w/-]+)\.(?:ts|js)"/g)].map(([, name]) => `${folder}/src/${name}.ts`),
    );
    const small = trackedFiles()
      .filter((file) => /^packages\/[^/]+\/src\/.*\.ts$/.test(file) && !entryPoints.includes(file))
      .filter((file) => readFileSync(file, 'utf8').trimEnd().split('\n').length <= 25);
    expect(entryPoints).to.include.members(['packages/kafka/src/index.ts', 'packages/kafka/src/cli/bin.ts']);
    const named: readonly string[] = Object.values(wholeIdeas).flat();
    const unnamed = small.filter((file) => !named.includes(file));
    expect({ unnamed, 'no longer small': named.filter((file) => !small.includes(file)) }).to.deep.equal({
      unnamed: [],
      'no longer small': [],
    });
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
