import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { VERSION } from '../support/api-version.ts';

const program = join(import.meta.dirname, '../programs/earlier-api.ts');

/** What the program writes to stderr. */
async function wordsOf(...ways: string[]): Promise<string> {
  const args = ['--conditions=@tracelink/source', program, ...ways];
  return (await promisify(execFile)(process.execPath, args)).stderr;
}

describe('a tracer provider that an earlier minor version of OpenTelemetry’s API registered', () => {
  for (const ways of [['span'], ['task'], ['request'], ['span', 'task', 'request']])
    it(`is told once, with both versions and what helps, by ${ways.join(', ')}`, async () => {
      const words = await wordsOf(...ways);
      expect(words.match(/TRACELINK_API_VERSION/g), words).to.have.lengthOf(1);
      expect(words).to.include('registered with version 1.9.1 of @opentelemetry/api');
      expect(words).to.include(`version ${VERSION}, which tracelink imports`);
      expect(words).to.include('npm ls @opentelemetry/api');
    });

  it('is not told where nothing traces', async () => {
    expect(await wordsOf()).to.equal('');
  });
});
