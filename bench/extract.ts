// What a change costs the reading of a record with one context: this checkout beside another one, for instance of the commit before.
import { resolve } from 'node:path';
import type { ExtractTimes } from './children/extract-child.ts';
import { median } from './measure/median.ts';
import { runChild } from './measure/run-child.ts';

const rounds = 5;

const [folder] = process.argv.slice(2);
if (folder === undefined) {
  console.error('npm run bench:extract -- <folder of another checkout>');
  process.exit(2);
}
const [ours, other] = [resolve(import.meta.dirname, '..'), resolve(folder)];
const ratios: number[] = [];
for (let round = 0; round < rounds; round++) {
  const one = await times(ours, other);
  const two = await times(other, ours);
  // In both orders: the same code is some percent faster or slower where it is loaded second.
  ratios.push(Math.sqrt((one.first / one.second) * (two.second / two.first)));
  console.log(
    `${one.first.toFixed(0)} and ${two.second.toFixed(0)} ns a record here, ${one.second.toFixed(0)} and ${two.first.toFixed(0)} ns there`,
  );
}
const shown = ratios.toSorted((a, b) => a - b).map((ratio) => ratio.toFixed(3));
console.log(`of the other checkout: ${median(ratios).toFixed(3)} (${shown.join(', ')})`);

function times(first: string, second: string): Promise<ExtractTimes> {
  return runChild<ExtractTimes>('children/extract-child.ts', { first, second });
}
