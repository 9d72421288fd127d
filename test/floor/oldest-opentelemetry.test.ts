import { execFile } from 'node:child_process';
import { copyFileSync, globSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { kafkaUnderTest } from '@tracelink/testing';
import { expect } from 'chai';

// The oldest that the packages' peer ranges allow, and the SDK line before the one that this repository is developed with (0.4).
const oldest = ['@opentelemetry/api@1.9.0', '@opentelemetry/sdk-trace-node@2.1.0', 'kafkajs@2.2.4'];
const packages = ['context', 'propagation', 'kafka', 'embedded-kafka', 'testing'];

describe('the packed libraries on OpenTelemetry API 1.9 and SDK 2', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tracelink-floor-'));
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('keep one trace from a request to a message of a batch, on a real broker', async () => {
    await using kafka = await kafkaUnderTest();
    const topic = await kafka.createTopic();
    await run('npm', ['run', 'build']);
    for (const name of packages) await run('npm', ['pack', `./packages/${name}`, '--pack-destination', folder]);
    await run('npm', ['install', '--prefix', folder, '--no-audit', '--no-fund', ...oldest, ...globSync(join(folder, '*.tgz'))]);
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
});

/** Not synchronous: the broker may be in this process, and has to answer meanwhile. */
async function run(command: string, args: readonly string[], cwd = '.', variables: Readonly<Record<string, string>> = {}): Promise<string> {
  // NODE_OPTIONS could bring the source condition along, and what is packed would not be what runs.
  const { NODE_OPTIONS: _, ...env } = process.env;
  const { stdout } = await promisify(execFile)(command, args, { cwd, env: { ...env, ...variables } });
  return stdout;
}
