import { setTimeout as wait } from 'node:timers/promises';
import { drainOnSignal } from '../../src/subscribe/index.ts';

// Drains something fast and something slow at SIGTERM, each by a call of its own; a handler of its own, which is the slowest, on request.
const say = (line: string): boolean => process.stdout.write(`${line}\n`);
const alive = setInterval(() => {}, 60_000);
if (process.argv.includes('--handle'))
  process.once('SIGTERM', () => {
    void wait(400).then(() => {
      say('handled');
      clearInterval(alive);
    });
  });
drainOnSignal([{ drain: () => wait(200) }], { afterwards: () => say('slow') });
drainOnSignal([{ drain: async () => {} }], { afterwards: () => say('fast') });
process.send?.('ready');
