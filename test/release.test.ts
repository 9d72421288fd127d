import { execFile } from 'node:child_process';
import { cpSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { readPackages, type Package } from '../scripts/packages/manifest.ts';
import { provenanceStatement } from '../scripts/release/provenance.ts';
import { publishOrder } from '../scripts/release/publish-order.ts';
import { setVersion } from '../scripts/release/set-version.ts';

const root = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string; license: string };

describe('a release', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tracelink-version-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('has its version everywhere once it was set, and its name in the changelog', () => {
    const files = ['package-lock.json', 'CHANGELOG.md', 'package.json']
      .concat(globSync('{packages,services,examples}/*/package.json'), 'site/package.json', globSync('packages/*/src/**/*.ts'))
      .filter((file) => !file.includes('node_modules'));
    for (const file of files) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      cpSync(file, join(folder, file));
    }
    const changed = setVersion(folder, '7.8.9-beta.1');
    expect(changed).to.include.members([
      'package.json',
      'package-lock.json',
      'packages/kafka/package.json',
      'packages/kafka/src/core/version.ts',
      'CHANGELOG.md',
    ]);
    const ours = new RegExp(`^(?:.*"@tracelink(?:-demo)?/[^"]+": |  "version": |export const scope = .*version: ).${root.version}.`, 'm');
    const left = files.filter((file) => !file.endsWith('lock.json') && ours.test(readFileSync(join(folder, file), 'utf8')));
    expect(left).to.deep.equal([]);
    const lock = JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8')) as { packages: Record<string, { version?: string }> };
    for (const { folder: place } of readPackages()) expect(lock.packages[place], place).to.include({ version: '7.8.9-beta.1' });
    const changelog = readFileSync(join(folder, 'CHANGELOG.md'), 'utf8');
    expect(changelog).to.include('\n## Unreleased\n\n## 7.8.9-beta.1\n\n');
    setVersion(folder, '7.8.9-beta.1');
    expect(readFileSync(join(folder, 'CHANGELOG.md'), 'utf8')).to.equal(changelog);
  });

  it('refuses a version that is none', () => {
    for (const version of ['1', 'v1.2.3', '1.2.3 ', 'latest'])
      expect(() => setVersion(folder, version)).to.throw(RangeError, 'is no version');
  });

  it('publishes each package after those that it asks for', () => {
    const names = publishOrder(readPackages()).map(({ manifest }) => manifest.name);
    for (const { manifest } of readPackages())
      for (const name of Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies }).filter((each) => names.includes(each)))
        expect(names.indexOf(name), `${name} before ${manifest.name}`).to.be.lessThan(names.indexOf(manifest.name));
    expect(names).to.have.length(readPackages().length);
  });

  it('refuses packages that ask for each other in a circle', () => {
    const asking = (name: string, other: string): Package => ({
      folder: name,
      manifest: { name, version: '1.0.0', exports: {}, dependencies: { [other]: '1.0.0' } },
    });
    expect(() => publishOrder([asking('a', 'b'), asking('b', 'a')])).to.throw('a, b ask for each other in a circle');
  });

  it('states of which commit each tarball is, by its digest', () => {
    const tarball = join(folder, 'kafka.tgz');
    writeFileSync(tarball, 'packed');
    const at = new Date('2026-01-02T03:04:05Z');
    const repository = { type: 'git', url: 'git+https://github.com/some/where.git' };
    const statement = provenanceStatement([{ name: '@tracelink/kafka', tarball, files: [] }], {
      root: { version: '1.2.3', license: root.license, repository },
      commit: 'c0ffee',
      startedOn: at,
      finishedOn: at,
    });
    expect(statement).to.deep.include({
      _type: 'https://in-toto.io/Statement/v1',
      predicateType: 'https://slsa.dev/provenance/v1',
      subject: [
        {
          name: 'pkg:npm/%40tracelink/kafka@1.2.3',
          // printf packed | sha512sum
          digest: {
            sha512:
              'd50fde57149513964ec5cb176e9ce1e1079a6fe3a3a7afaf6a8af2cd1e4c10359e10a42ab20778736a92b2994c783e51986b692885630d7be4e3b7d7d5464632',
          },
        },
      ],
    });
    expect(statement)
      .to.have.nested.property('predicate.buildDefinition.resolvedDependencies[0]')
      .that.deep.equals({ uri: 'git+https://github.com/some/where@refs/tags/v1.2.3', digest: { gitCommit: 'c0ffee' } });
  });

  for (const [args, code, said] of [
    [['scripts/release/main.ts', '--help'], 0, 'npm run release -- [--dry-run]'],
    [['scripts/release/main.ts', '--dry'], 2, 'Try --help.'],
    [['scripts/release/main.ts', 'now'], 2, 'Try --help.'],
    [['scripts/release/version.ts', '--help'], 0, 'npm run version:set -- VERSION'],
    [['scripts/release/version.ts'], 2, 'one version is needed'],
    [['scripts/release/version.ts', 'soon'], 2, '"soon" is no version'],
  ] as const)
    it(`answers ${args.join(' ')} with exit code ${code}`, async () => {
      const { promise, resolve } = Promise.withResolvers<{ code: unknown; output: string }>();
      execFile(process.execPath, args, (error, stdout, stderr) => resolve({ code: error?.code ?? 0, output: stdout + stderr }));
      const answer = await promise;
      expect(answer).to.include({ code });
      expect(answer.output).to.include(said);
    });
});
