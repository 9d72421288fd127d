import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { rules } from '../../packages/kafka/src/doctor/rules/rules.ts';
import { pageOf, plain, sections } from './page.ts';

const folder = `${import.meta.dirname}/../../docs`;
const page = readFileSync(`${folder}/doctor.md`, 'utf8');

describe('the page about the doctor', () => {
  it('has every rule as the code has it, in its order', () => {
    const list = page.split('<!-- rules -->')[1]?.split('<!-- end of rules -->')[0] ?? '';
    expect(plain(list)).to.equal(plain(pageOf()));
    expect([...sections.values()].flat()).to.deep.equal(rules);
  });

  it('has no line that a person must scroll along', () => {
    const list = page.split('<!-- rules -->')[1]?.split('<!-- end of rules -->')[0] ?? '';
    expect(list.split('\n').filter((line) => line.length > 120)).to.deep.equal([]);
  });

  it('has the options of diagnose and of the command', () => {
    const source = (file: string): string => readFileSync(`${folder}/../packages/kafka/src/${file}`, 'utf8');
    const named = (text: string, name: RegExp): (string | undefined)[] => [...text.matchAll(name)].map(([, found]) => found);
    const table = page.split('<!-- options -->')[1]?.split('<!-- end of options -->')[0] ?? '';
    const inCode = source('doctor/diagnose.ts').split('export interface DiagnoseOptions {')[1]?.split('\n}')[0] ?? '';
    expect(named(table, /^\| `(\w+)`/gm)).to.have.members(named(inCode, /^ {2}readonly (\w+)\?/gm));
    const ofCommand = source('cli/doctor-arguments.ts').split('const options = {')[1]?.split('} as const')[0] ?? '';
    for (const name of named(ofCommand, /^ {2}(\w+):/gm)) expect(page).to.match(new RegExp(`^\\| \`--${name}[ \`]`, 'm'));
  });

  it('has a name of its own for each rule, and leads to headings that are there', () => {
    expect(new Set(rules.map(({ id }) => id))).to.have.property('size', rules.length);
    for (const { id, docs } of rules) {
      const [file = '', anchor] = docs.split('#');
      const headings = readFileSync(`${folder}/${file}`, 'utf8').matchAll(/^#+ (.*)$/gm);
      const anchors = [...headings].map(([, heading = '']) =>
        heading
          .toLowerCase()
          .replaceAll(/[^\w -]/g, '')
          .replaceAll(' ', '-'),
      );
      expect(anchors, id).to.include(anchor);
    }
  });
});
