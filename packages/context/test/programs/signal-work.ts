// A program with two pieces of work at SIGTERM, of which the one that is registered first takes longer, and on request a handler of its own,
// or work that says when it begins, or that never ends and says when a second SIGTERM ends the process.
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
if (own === 'begun') beforeSignalEnds(['SIGTERM'], async () => say('again'));
if (own === 'endless') {
  beforeSignalEnds(['SIGTERM'], () => new Promise(() => {}));
  process.on('removeListener', () => process.listenerCount('SIGTERM') === 0 && say('again'));
}
say('ready');
