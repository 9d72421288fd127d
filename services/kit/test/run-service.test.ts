import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { expect } from 'chai';

const program = (start: string): string => `
  import { runService, serviceLogger } from '@tracelink-demo/kit';
  const log = serviceLogger('test', 'info');
  await runService(log, async ({ closing, signal, fail }) => { ${start} });
  log.info('after');
`;

/** Runs a service in a process of its own, signals it when it says "up", and gives what it said and how it ended. */
async function run(start: string, signals: readonly NodeJS.Signals[] = []): Promise<{ said: unknown[]; code: unknown }> {
  const child = spawn(process.execPath, ['--conditions=@tracelink/source', '--input-type=module', '--eval', program(start)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const gone = once(child, 'close');
  const said: unknown[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => {
    const { msg } = JSON.parse(line) as { msg: unknown };
    said.push(msg);
    const [first, second] = signals;
    if (msg === 'up' && first !== undefined) child.kill(first);
    if (msg === 'closing' && second !== undefined) child.kill(second);
  });
  const [code] = await gone;
  return { said, code };
}

const stayUp = `setInterval(() => {}, 1000).unref(); const alive = setInterval(() => {}, 1000); closing.defer(() => clearInterval(alive));`;

describe('runService', () => {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    it(`closes in the opposite order at ${signal} and ends with 0 by itself`, async () => {
      const start = `${stayUp} closing.defer(() => log.info('database')); closing.defer(() => log.info('HTTP')); log.info('up');`;
      expect(await run(start, [signal])).to.deep.equal({ said: ['up', 'Stopping', 'HTTP', 'database', 'Stopped', 'after'], code: 0 });
    });
  }

  it('closes what was open when the start failed, and ends with 1', async () => {
    const start = `${stayUp} closing.defer(() => log.info('database')); throw new Error('no port');`;
    expect(await run(start)).to.deep.equal({ said: ['no port', 'database', 'Stopped', 'after'], code: 1 });
  });

  it('ends with 1 when a part dies for good', async () => {
    expect(await run(`${stayUp} fail('crash');`)).to.deep.equal({ said: ['The service failed', 'Stopped', 'after'], code: 1 });
  });

  it('closes the rest when closing one part fails, and ends with 1', async () => {
    const start = `${stayUp} closing.defer(() => log.info('database')); closing.defer(() => { throw new Error('stuck'); }); log.info('up');`;
    expect(await run(start, ['SIGTERM'])).to.deep.equal({
      said: ['up', 'Stopping', 'database', 'Closing failed', 'Stopped', 'after'],
      code: 1,
    });
  });

  it('does not wait for a start that the signal interrupts', async () => {
    const start = `${stayUp} log.info('up'); await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));`;
    expect(await run(start, ['SIGINT'])).to.deep.equal({ said: ['up', 'Stopping', 'Stopped', 'after'], code: 0 });
  });

  it('ends at once at the second signal', async () => {
    const start = `${stayUp} closing.defer(() => { log.info('closing'); return new Promise(() => {}); }); log.info('up');`;
    expect(await run(start, ['SIGINT', 'SIGINT'])).to.deep.equal({ said: ['up', 'Stopping', 'closing'], code: 130 });
  });

  it('ends with 1 when closing takes 10 s', async () => {
    // The process turns its own clock: 9,999 ms of closing change nothing, one more ends it.
    const start = `
      const { mock } = await import('node:test');
      mock.timers.enable({ apis: ['setTimeout'] });
      ${stayUp}
      closing.defer(async () => {
        mock.timers.tick(9_999);
        log.info('closing');
        mock.timers.tick(1);
        log.info('too late');
      });
      log.info('up');
    `;
    expect(await run(start, ['SIGTERM'])).to.deep.equal({ said: ['up', 'Stopping', 'closing', 'Closing took longer than 10 s'], code: 1 });
  });
});
