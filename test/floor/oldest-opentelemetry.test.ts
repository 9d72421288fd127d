import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kafkaUnderTest } from '@tracelink/testing';
import { expect } from 'chai';
import { packLibraries, run, type PackedLibraries } from './packed-libraries.ts';

// The oldest that the packages' peer ranges allow, and the SDK line before the one that this repository is developed with (0.4).
const oldest = ['@opentelemetry/api@1.9.0', '@opentelemetry/sdk-trace-node@2.1.0', 'kafkajs@2.2.4'];
const lastOfSdk2 = ['@opentelemetry/api@1.9.1', '@opentelemetry/sdk-trace-node@2.12.0', 'kafkajs@2.2.4'];

describe('the packed libraries on OpenTelemetry API 1.9 and SDK 2', () => {
  const folders: string[] = [];
  let libraries: PackedLibraries;

  before('build and pack', async () => {
    libraries = await packLibraries();
  });
  after(() => {
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  });

  const makeFolder = (): string => {
    const folder = mkdtempSync(join(tmpdir(), 'tracelink-floor-'));
    folders.push(folder);
    return folder;
  };

  it('keep one trace from a request to a message of a batch, on a real broker', async () => {
    await using kafka = await kafkaUnderTest();
    const topic = await kafka.createTopic();
    const folder = makeFolder();
    await libraries.install(folder, oldest);
    copyFileSync('test/floor/program.mjs', join(folder, 'program.mjs'));
    const answer = await run('node', ['program.mjs', topic, kafka.groupId()], folder, { KAFKA_BROKERS: kafka.brokers.join(',') });
    expect(JSON.parse(answer.trim().split('\n').at(-1) ?? '')).to.deep.equal({
      oneTrace: true,
      handlerInTrace: true,
      parentAndLink: true,
      batchLinked: true,
      offset: 0,
    });
  });

  for (const [line, versions] of Object.entries({ 'oldest SDK 2': oldest, 'last SDK 2': lastOfSdk2 }))
    it(`run detached work in one trace under the ${line}, and without an SDK in none`, async () => {
      const folder = makeFolder();
      await libraries.install(folder, versions);
      copyFileSync('test/floor/context.mjs', join(folder, 'context.mjs'));
      const found = async (...args: readonly string[]): Promise<unknown> => JSON.parse(await run('node', ['context.mjs', ...args], folder));
      const always = { outcomes: ['finished', 'failed'], loop: [2, 1], drained: [0, []] };
      expect(await found()).to.deep.equal({
        ...always,
        // No signal: null in JSON.
        cloned: ['acme', true, null],
        task: ['acme', true],
        traced: true,
        spans: ['GET', 'detached', 'detached loop', 'detached loop item', 'failing', 'note', 'task'],
      });
      // Nothing that carries a context: values have their defaults, and all the rest goes on.
      expect(await found('--no-sdk')).to.deep.equal({
        ...always,
        cloned: ['unknown', true, null],
        task: ['unknown', true],
        traced: false,
        spans: [],
      });
    });

  it('join code that was written against OpenTracing to the same trace, as it looks without a shim under SDK 3', async () => {
    const example = 'examples/opentracing';
    const folder = makeFolder();
    for (const file of ['package.json', 'order-flow.mjs', 'sdk2.mjs', 'checkout-opentracing.mjs'])
      copyFileSync(join(example, file), join(folder, file));
    await libraries.install(folder);
    const expected = [
      '└─ shop: POST /orders (internal)',
      '   └─ shop: checkout (internal)',
      '      ├─ shop: reserve stock (internal)',
      '      └─ shop: process orders (consumer)',
      '         │  → shop: checkout',
      '         └─ shop: pack (internal)',
    ];
    expect(treeIn(await run('node', ['sdk2.mjs'], folder))).to.deep.equal(expected);
    expect(treeIn(await run('node', ['--conditions=@tracelink/source', join(example, 'sdk3.mjs')]))).to.deep.equal(expected);
  });
});

/** The lines of one drawn trace, without its id and the times. */
function treeIn(output: string): string[] {
  const [head, ...lines] = output.trim().split('\n');
  expect(head).to.match(/^trace [0-9a-f]{32}$/);
  return lines.map((line) => line.replace(/, [\d.]+ ms\)/, ')'));
}
