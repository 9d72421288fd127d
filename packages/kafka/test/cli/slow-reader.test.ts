import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, openSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { EmbeddedKafka } from '@tracelink/embedded-kafka';
import { expect } from 'chai';
import { useCommand } from '../support/command.ts';

const from = 'orders.packing.dead-letter';
/** More than pipes and streams buffer. */
const count = 1_000;
/** Milliseconds; a command that has ended stays for five seconds at most, of which the listing is the smaller part. */
const longerThanItStays = 9_000;
/** A device that has no space left, on Linux. */
const full = '/dev/full';

describe('tracelink-kafka, when its output is read slowly', function () {
  this.timeout(60_000);
  let kafka: EmbeddedKafka;
  const { start, ended } = useCommand(() => kafka.brokers);
  before(async () => {
    kafka = await EmbeddedKafka.start({ topics: { [from]: 1 } });
    kafka.topic(from).append(
      0,
      Array.from({ length: count }, (_, index) => ({ key: String(index), value: 'v'.repeat(1_000), headers: {} })),
    );
  });
  after(() => kafka.stop());

  const list = () => start('dead-letters', '--from', from, '--json', '--limit', String(count));

  it('writes every line, however long no one reads', async () => {
    const child = list();
    const exit = await once(child, 'exit', { signal: AbortSignal.timeout(longerThanItStays) }).catch(() => 'it waits');
    expect(exit).to.equal('it waits');
    const { code, out } = await ended(child);
    expect([code, out.trim().split('\n').length]).to.deep.equal([0, count]);
  });

  it('reads no more of the topic than its reader takes', async () => {
    const child = list();
    const [progress] = (await once(child.stderr, 'data')) as [Buffer];
    const { code, out } = await ended(child);
    expect([code, out.trim().split('\n').length]).to.deep.equal([0, count]);
    expect(Number(/^read (\d+)\n/.exec(String(progress))?.[1])).to.be.within(1, count / 2);
  });

  it('ends soon with 130 when Ctrl-C is pressed while no one reads', async () => {
    const child = list();
    // Its progress.
    await once(child.stderr, 'data');
    const interruptedAt = performance.now();
    child.kill('SIGINT');
    const [code] = await once(child, 'exit');
    expect(code).to.equal(130);
    expect(performance.now() - interruptedAt).to.be.below(4_500);
  });

  it('ends quietly when its reader has read enough', async () => {
    const child = list();
    await once(child.stdout, 'data');
    child.stdout.destroy();
    const [err, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')]);
    expect([code, err.replaceAll(/read \d+\n/g, '')]).to.deep.equal([130, '']);
  });

  if (existsSync(full))
    it('exits with 1 where its output cannot be written', async () => {
      const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
      const child = spawn(process.execPath, ['-C', '@tracelink/source', main, '--version'], {
        stdio: ['ignore', openSync(full, 'w'), 'pipe'],
      });
      const [err, [code]] = await Promise.all([text(child.stderr as NonNullable<typeof child.stderr>), once(child, 'exit')]);
      expect([code, err]).to.deep.equal([1, 'tracelink-kafka: the output cannot be written: ENOSPC: no space left on device, write\n']);
    });
});
