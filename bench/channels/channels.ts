// What the diagnostics channels cost a send and a message while no one subscribes: this checkout beside another one without them.
import { resolve } from 'node:path';
import { median } from '../measure/median.ts';
import { runChild } from '../measure/run-child.ts';
import type { Mode } from '../measure/scenario.ts';
import type { ChannelsTask, ChannelsTimes } from './channels-child.ts';

const rounds = 5;

const [folder] = process.argv.slice(2);
if (folder === undefined) {
  console.error('npm run bench:channels -- <folder of another checkout>');
  process.exit(2);
}
const [ours, other] = [resolve(import.meta.dirname, '../..'), resolve(folder)];
for (const name of ['send-1', 'each-message'] as const) for (const mode of ['none', 'sampled'] as const) await compare(name, mode);

async function compare(name: ChannelsTask['name'], mode: Mode): Promise<void> {
  const ratios: number[] = [];
  const costs: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const one = await times({ name, mode, first: ours, second: other });
    const two = await times({ name, mode, first: other, second: ours });
    // In both orders: the same code is some percent faster or slower where it is loaded second.
    ratios.push(Math.sqrt((one.first / one.second) * (two.second / two.first)));
    costs.push(one.first, two.second);
  }
  const shown = ratios.toSorted((a, b) => a - b).map((ratio) => ratio.toFixed(3));
  console.log(`${name}, ${mode}: ${median(costs).toFixed(0)} ns, of the other ${median(ratios).toFixed(3)} (${shown.join(', ')})`);
}

function times(task: ChannelsTask): Promise<ChannelsTimes> {
  return runChild<ChannelsTimes>('channels/channels-child.ts', task);
}
