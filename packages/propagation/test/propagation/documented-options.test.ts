import { readFileSync } from 'node:fs';
import { expect } from 'chai';

const text = (file: string): string => readFileSync(new URL(`../../../../${file}`, import.meta.url), 'utf8');

describe('the options of kafkaPropagation', () => {
  it('match the table in docs/headers.md', () => {
    const source = text('packages/propagation/src/propagation/options.ts');
    const [, body = ''] = /^export interface KafkaPropagationOptions \{\n(.*?)^\}/ms.exec(source) ?? [];
    const options = [...body.matchAll(/^ {2}readonly (\w+)\?:/gm)].map(([, name]) => name);
    const page = text('docs/headers.md');
    const table = page.slice(page.indexOf('| option ')).split('\n\n')[0] ?? '';
    expect(options).to.include('keep');
    expect([...table.matchAll(/^\| `(\w+)`/gm)].map(([, name]) => name)).to.deep.equal(options);
  });
});
