import { cpSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { everything, packLibraries, run } from './packed-libraries.ts';

interface Manifest {
  readonly scripts?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

const manifestOf = (name: string): Manifest => JSON.parse(readFileSync(`examples/${name}/package.json`, 'utf8')) as Manifest;

/** Those that are tests of a user; what the others need stands beside the tests that run them. */
const examples = globSync('examples/*/package.json')
  .map((file) => file.split('/')[1] ?? '')
  .filter((name) => manifestOf(name).scripts?.['test'] !== undefined)
  .sort();

/** What the examples are tested with: each by the version that its package.json pins, and all in one folder, as it is one install. */
function pinned(): Map<string, string> {
  const versions = new Map<string, string>();
  for (const name of examples) {
    const { dependencies, devDependencies } = manifestOf(name);
    for (const [dependency, version] of Object.entries({ ...dependencies, ...devDependencies })) {
      expect(version, `examples/${name} asks for ${dependency}`).to.match(/^\d+\.\d+\.\d+$/);
      expect(versions.get(dependency) ?? version, `${dependency} of examples/${name} and of another`).to.equal(version);
      versions.set(dependency, version);
    }
  }
  return versions;
}

describe('the examples, on the packed packages', () => {
  let folder: string;

  before('build, pack and install', async () => {
    const libraries = await packLibraries(everything);
    folder = mkdtempSync(join(tmpdir(), 'tracelink-examples-'));
    // What is ours comes from the tarballs.
    const others = [...pinned()].filter(([name]) => !name.startsWith('@tracelink/'));
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, dependencies: Object.fromEntries(others) }));
    await libraries.install(folder, ['--prefer-offline', '--ignore-scripts']);
    for (const name of examples) cpSync(`examples/${name}`, join(folder, name), { recursive: true });
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('are there for each runner, for NestJS, and for a program that was never changed', () => {
    expect(examples).to.deep.equal(['jest', 'mocha', 'nestjs', 'node-test', 'register', 'vitest']);
  });

  for (const name of examples)
    it(`pass: ${name}`, async () => {
      await run('npm', ['test', '--silent'], join(folder, name), { FORCE_COLOR: '0' });
    });

  for (const [name, file, options] of [
    ['jest', 'orders.test.js', ['--allowJs', '--checkJs', '--types', 'jest,node', '--noEmit', '--target', 'es2024', '--module', 'node16']],
    ['vitest', 'orders.test.ts', undefined],
  ] as const)
    it(`have the types of the matchers: ${name}`, async () => {
      const test = join(folder, name, file);
      writeFileSync(test, readFileSync(test, 'utf8').replace("toHaveEdge('POST /orders'", 'toHaveEdge(7'));
      const compiler = join(folder, 'node_modules/typescript/bin/tsc');
      const args = options === undefined ? ['-p', '.'] : ['--strict', '--noImplicitAny', 'false', '--ignoreConfig', ...options, file];
      const refused = await run('node', [compiler, ...args], join(folder, name)).catch((error: unknown) => error);
      // What is written otherwise than in the example, and nothing else.
      expect(refused)
        .to.have.property('stdout')
        .that.matches(/^\S+: error TS2345: Argument of type 'number' is not assignable to parameter of type 'string'\.\n$/);
    });

  it('say what to install where a container is asked for and testcontainers is not there', async () => {
    const program = `
      import { kafkaUnderTest } from '@tracelink/testing';
      console.log(await kafkaUnderTest().catch(({ message }) => message));`;
    const said = await run('node', ['--input-type=module', '--eval', program], folder, {
      KAFKA_IMAGE: 'apache/kafka:4.4.0',
      KAFKA_BROKERS: '',
    });
    expect(said).to.match(/^\[no_broker\] .*testcontainers is not installed\. Either run npm install --save-dev testcontainers@12,/);
  });
});
