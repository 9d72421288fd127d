import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../../../demo/postgres/embedded-postgres.ts';
import { codeBlocks } from '../../../test/code-blocks.ts';

// What the programs' comments promise, in their order.
const printed: Readonly<Record<string, readonly RegExp[]>> = {
  'packages/context/README.md': [
    /^\{ orderId: 7, traceId: '([0-9a-f]{32})' \}\n.*"trace_id":"\1",.*"tenant":"acme","msg":"noted"\}\n.*"msg":"Background tasks drained"\}\n$/,
    /^\{\s*tenant: 'acme',\s*traceId: '[0-9a-f]{32}'\s*\}\n$/,
    /^\{"hello":"world","traceId":"[0-9a-f]{32}"\}\n$/,
  ],
  'docs/background-tasks.md': [
    /^placed\n$/,
    /^acme\n$/,
    /^true\nfinished \[\]\n$/,
    /^1 \[\s*\{\s*name: 'stuck',\s*traceId: '[0-9a-f]{32}',\s*ageMs: \d+\s*\}\s*\]\n$/,
    /^finished spilled \[\s*\{\s*name: 'note',\s*input: \{ orderId: 8 \},\s*headers: \{[^]*-([0-9a-f]{32})-[^]*\},\s*traceId: '\1'\s*\}\s*\]\n$/,
    /^999 1 0 false\n$/,
    /^\[ \{ one: 1 \} \]\nTimeoutError 0\n$/,
  ],
};

describe('the programs of the README and of the page on background tasks', () => {
  const sdk = join(import.meta.dirname, 'programs/register-sdk.ts');
  let postgres: EmbeddedPostgres;

  before(async () => {
    postgres = await startEmbeddedPostgres();
  });
  after(() => postgres.stop());

  for (const [page, outputs] of Object.entries(printed)) {
    const blocks = codeBlocks(readFileSync(join(import.meta.dirname, '../../..', page), 'utf8')).filter(({ info }) => info === 'ts');

    it(`are all listed in this test: ${page}`, () => expect(blocks).to.have.length(outputs.length));

    for (const [index, expected] of outputs.entries())
      it(`print what their comments say under an SDK: ${page}, number ${index + 1}`, async () => {
        const { hostname, port, username } = new URL(postgres.url);
        const flags = ['--conditions=@tracelink/source', '--import', sdk, '--input-type=module-typescript'];
        const { stdout } = await promisify(execFile)(process.execPath, [...flags, '--eval', blocks[index]?.text ?? ''], {
          env: { ...process.env, PGHOST: hostname, PGPORT: port, PGUSER: username },
          timeout: 20_000,
        });
        expect(stdout).to.match(expected);
      });
  }
});
