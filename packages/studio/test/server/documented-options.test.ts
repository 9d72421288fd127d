import { readFileSync } from 'node:fs';
import { expect } from 'chai';

const text = (file: string): string => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');

/** The options of an interface, in their order. */
function options(file: string, name: string): readonly string[] {
  const [, body = ''] = new RegExp(`^export interface ${name}\\b[^{]*\\{\\n(.*?)^\\}`, 'ms').exec(text(file)) ?? [];
  return [...body.matchAll(/^ {2}readonly (\w+)\?:/gm)].map(([, option]) => option as string);
}

describe('the options of startStudio', () => {
  it('match the table in the README', () => {
    const all = [...options('src/server/studio-options.ts', 'StudioOptions'), ...options('src/store/trace-store.ts', 'StoreLimits')];
    const readme = text('README.md');
    const table = readme.slice(readme.indexOf('| option ')).split('\n\n')[0] ?? '';
    expect(all).to.include.members(['port', 'log', 'maxAgeMs']);
    expect(Array.from(table.matchAll(/^\| `(\w+)`/gm), ([, name]) => name)).to.have.members(all);
  });
});
