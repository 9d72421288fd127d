import { copyFileSync, cpSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { libraries, packLibraries, run } from './packed-libraries.ts';

const sdk = ['@opentelemetry/core@3.1.0', '@opentelemetry/sdk-trace@3.1.0', '@opentelemetry/context-async-hooks@3.1.0'];

describe('two copies of the packages in one process', () => {
  let folder: string;

  before('build, pack and install twice', async () => {
    folder = mkdtempSync(join(tmpdir(), 'tracelink-copies-'));
    const packed = await packLibraries([...libraries, 'sdk']);
    await packed.install(folder, ['@opentelemetry/api@1.10.0', 'kafkajs@2.2.4', ...sdk]);
    cpSync(join(folder, 'node_modules/@tracelink'), join(folder, 'second/node_modules/@tracelink'), { recursive: true });
    copyFileSync('test/floor/two-copies.mjs', join(folder, 'two-copies.mjs'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const found = async (): Promise<Record<string, unknown>> => {
    const answer = await run('node', ['two-copies.mjs'], folder);
    return JSON.parse(answer.trim().split('\n').at(-1) ?? '') as Record<string, unknown>;
  };

  it('know what the other wrapped, delivered, set, threw and said', async () => {
    const each = (topic: string): object => ({
      isAnother: true,
      wrapped: true,
      names: [`process ${topic}`, `process ${topic}`, `send ${topic}`],
      childOfBatch: true,
      signal: true,
      attemptsAtUndecodable: 1,
      values: 'acme',
      errors: [true, false, true],
    });
    expect(await found()).to.deep.equal({ required: each('required'), second: each('second'), warnings: [], said: 1 });
  });

  it('say once that they have two versions, and leave a wrapped client wrapped', async () => {
    for (const file of globSync(join(folder, 'second/node_modules/@tracelink/*/dist/**/*.{js,cjs}'))) {
      const text = readFileSync(file, 'utf8');
      writeFileSync(file, text.replaceAll('version: "0.1.0"', 'version: "0.0.9"'));
    }
    const { warnings, second } = await found();
    expect(warnings).to.deep.equal(['TRACELINK_TWO_VERSIONS']);
    expect(second).to.include({ isAnother: true, wrapped: true });
  });

  for (const [started, program] of [
    ['--import', `const { tracing } = require('@tracelink/sdk/register')`],
    ['--require', `const { tracing } = await import('@tracelink/sdk/register')`],
  ] as const)
    it(`start tracing once when ${started} did and the program loads the other module system's`, async () => {
      const type = program.includes('await') ? 'module' : 'commonjs';
      const ends = `${program}; ${type === 'module' ? 'await ' : ''}tracing.shutdown()`;
      const args = [started, '@tracelink/sdk/register', `--input-type=${type}`, '--eval', `${ends}; console.log('ended');`];
      expect(
        await run('node', args, folder, { OTEL_TRACES_EXPORTER: 'none', OTEL_METRICS_EXPORTER: 'none', OTEL_LOGS_EXPORTER: 'none' }),
      ).to.equal('ended\n');
    });
});
