import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { OtlpReceiver } from '@tracelink/testing';
import { expect } from 'chai';
import { codeBlocks } from '../../../test/code-blocks.ts';
import { runProgram } from './support/program.ts';

const root = join(import.meta.dirname, '../../..');

describe('the module of the README that runs before a program', () => {
  it('traces the program, and delivers its spans when it ends', async () => {
    const [module] = codeBlocks(readFileSync(join(root, 'packages/sdk/README.md'), 'utf8')).filter(({ info }) => info === 'ts');
    const cache = join(root, 'node_modules/.cache');
    mkdirSync(cache, { recursive: true });
    // Inside the repository, from where its imports are found.
    const folder = mkdtempSync(join(cache, 'sdk-readme-'));
    try {
      const file = join(folder, 'tracing.mjs');
      writeFileSync(file, module?.text ?? '');
      await using receiver = await OtlpReceiver.start();
      const env = { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint, OTEL_METRICS_EXPORTER: 'none', OTEL_LOGS_EXPORTER: 'none' };
      const { code } = await runProgram('end.ts', env, [pathToFileURL(file).href]);
      expect(code).to.equal(0);
      expect(receiver.spans.map(({ name, serviceName }) => [name, serviceName])).to.deep.equal([['last words', 'orders']]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
