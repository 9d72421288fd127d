import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { libraries as allLibraries, packLibraries, run, type PackedLibraries } from './packed-libraries.ts';

// The oldest that `engines` of the packages names, the newest of that line, the one that this repository is developed with, and the newest there is.
const versions = ['22.15.0', '22', '24', 'latest'];

describe('the packed packages', () => {
  let folder: string;
  let libraries: PackedLibraries;

  before('build, pack and install', async () => {
    libraries = await packLibraries([...allLibraries, 'sdk', 'register']);
    folder = mkdtempSync(join(tmpdir(), 'tracelink-node-'));
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, allowScripts: { node: true } }));
    await libraries.install(folder, ['@opentelemetry/api@1.10.0', 'kafkajs@2.2.4']);
    for (const file of ['engine.cjs', 'engine.mjs', 'registered.mjs']) copyFileSync(join('test/floor', file), join(folder, file));
    for (const file of ['shop.cjs', 'shop.mjs']) copyFileSync(join('examples/register', file), join(folder, file));
  });
  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  /** Puts a Node of that version beside them. */
  const installNode = (version: string): Promise<string> =>
    run('npm', ['install', '--prefix', folder, '--no-save', '--no-audit', '--no-fund', `node@${version}`]);

  for (const version of versions)
    it(`handle, retry, dead-letter, replay and drain on Node ${version}, imported and required; trace what was never changed`, async () => {
      await installNode(version);
      const node = join(folder, 'node_modules/node/bin/node');
      for (const program of ['engine.mjs', 'engine.cjs']) {
        const answer = await run(node, [program], folder);
        expect(JSON.parse(answer.trim().split('\n').at(-1) ?? ''), `${program} on ${version}`).to.deep.equal({
          handled: ['tea', 'poison'],
          listed: 1,
          replayed: 1,
          interrupted: 0,
          outbox: true,
          studio: 200,
        });
      }
      const [, tree] = /```text\n(.*?)\n```/s.exec(readFileSync('examples/register/README.md', 'utf8')) ?? [];
      const each = { tree, said: [] };
      expect(JSON.parse(await run(node, ['registered.mjs', 'shop.mjs', 'shop.cjs'], folder))).to.deep.equal([each, each]);
    });

  it('refuse Node 20 in one sentence, with exit code 1', async () => {
    await installNode('20');
    const node = join(folder, 'node_modules/node/bin/node');
    for (const [name, ...args] of [
      ['tracelink-kafka', 'node_modules/@tracelink/kafka/dist/cli/bin.js', '--help'],
      ['embedded-kafka', 'node_modules/@tracelink/embedded-kafka/dist/command/bin.js', '--help'],
      ['tracelink-studio', 'node_modules/@tracelink/studio/dist/command/bin.js', '--help'],
      ['@tracelink/sdk', '--import', '@tracelink/register', 'shop.mjs'],
      ['@tracelink/kafka/register', '--import', '@tracelink/kafka/register', 'shop.mjs'],
    ] as const) {
      const refused = await run(node, args, folder).catch((error: unknown) => error);
      expect(refused)
        .to.include({ code: 1 })
        .and.have.property('stderr')
        .that.matches(new RegExp(`^${name} needs Node 22.15 or later; this is Node 20[^\n]+\n$`));
    }
  });
});
