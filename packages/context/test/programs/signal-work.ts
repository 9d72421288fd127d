// A program with two pieces of work at SIGTERM, of which the one that is registered first takes longer, and a handler of its own on request.
import { setTimeout as wait } from 'node:timers/promises';
import { beforeSignalEnds } from '@tracelink/context/internal';

const [own = 'none'] = process.argv.slice(2);
const say = (line: string): boolean => process.stdout.write(`${line}\n`);
const alive = setInterval(() => {}, 60_000);

function handle(): void {
  process.once('SIGTERM', () => {
    say('closing');
    void wait(400).then(() => {
      say('closed');
      clearInterval(alive);
    });
  });
}

if (own === 'before') handle();
beforeSignalEnds(['SIGTERM'], async (isAlone) => {
  await wait(200);
  say(`slow, ${isAlone ? 'alone' : 'not alone'}`);
});
if (own === 'between') handle();
beforeSignalEnds(['SIGTERM'], async (isAlone) => {
  say(`fast, ${isAlone ? 'alone' : 'not alone'}`);
});
if (own === 'after') handle();
say('ready');
