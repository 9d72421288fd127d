import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { expect } from 'chai';
import type { LogLine } from './support/log-lines.ts';

const program = (start: string): string => `
  import { runService, serviceLogger } from '@tracelink-demo/kit';
  const log = serviceLogger('test', 'info');
  await runService({ log, shutdownTimeout: 600 }, async ({ shutdown, signal, fail }) => { ${start} });
  log.info('after');
`;

/** Runs a service in its own process, signals it when it says "up", and returns its output and how it ended. */
async function run(
  start: string,
  signals: readonly NodeJS.Signals[] = [],
): Promise<{ said: unknown[]; code: unknown; last: LogLine | undefined }> {
  const child = spawn(process.execPath, ['--conditions=@tracelink/source', '--input-type=module', '--eval', program(start)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const gone = once(child, 'close');
  const lines: LogLine[] = [];
  createInterface({ input: child.stdout }).on('line', (text) => {
    const line = JSON.parse(text) as LogLine;
    lines.push(line);
    const [first, second] = signals;
    if (line['msg'] === 'up' && first !== undefined) child.kill(first);
    if (line['msg'] === 'closing' && second !== undefined) child.kill(second);
  });
  const [code] = await gone;
  return { said: lines.map(({ msg }) => msg), code, last: lines.findLast(({ msg }) => String(msg).startsWith('Stopped')) };
}

const outcomes = (line: LogLine | undefined): string[] =>
  ((line?.['parts'] ?? []) as { part: string; outcome: string }[]).map(({ part, outcome }) => `${part} ${outcome}`);

const part = (stage: string, name: string, body = ''): string =>
  `shutdown.add('${stage}', { name: '${name}', close: () => { log.info('${name}'); ${body} } });`;
const stayUp = `const alive = setInterval(() => {}, 1000); shutdown.add('database', { name: 'database', close: () => clearInterval(alive) });`;

describe('runService', () => {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    it(`closes in the order of the stages at ${signal}, reports each part, and exits with 0 by itself`, async () => {
      const { said, code, last } = await run(`${stayUp} ${part('producer', 'producer')} ${part('http', 'HTTP')} log.info('up');`, [signal]);
      expect(said).to.deep.equal(['up', 'Stopping', 'HTTP', 'producer', 'Stopped', 'after']);
      expect(outcomes(last)).to.deep.equal(['start done', 'HTTP done', 'producer done', 'database done']);
      expect(code).to.equal(0);
    });
  }

  it('closes what was open when the start failed, and exits with 1', async () => {
    const { said, code } = await run(`${stayUp} ${part('producer', 'producer')} throw new Error('no port');`);
    expect({ said, code }).to.deep.equal({ said: ['no port', 'producer', 'Stopped', 'after'], code: 1 });
  });

  it('exits with 1 when a part ends with an error', async () => {
    const { said, code } = await run(`${stayUp} fail('crash');`);
    expect({ said, code }).to.deep.equal({ said: ['The service failed', 'Stopped', 'after'], code: 1 });
  });

  it('closes the rest when closing one part fails, reports why, and exits with 1', async () => {
    const { said, code, last } = await run(`${stayUp} ${part('http', 'HTTP', "throw new Error('stuck');")} log.info('up');`, ['SIGTERM']);
    expect({ said, code }).to.deep.equal({ said: ['up', 'Stopping', 'HTTP', 'Stopped with work left'], code: 1 });
    expect(outcomes(last)).to.deep.equal(['start done', 'HTTP failed', 'database done']);
    expect(last).to.have.nested.property('parts[1].error', 'stuck');
  });

  it('does not wait for a start that the signal interrupts', async () => {
    const start = `${stayUp} log.info('up'); await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));`;
    const { said, code } = await run(start, ['SIGINT']);
    expect({ said, code }).to.deep.equal({ said: ['up', 'Stopping', 'Stopped', 'after'], code: 0 });
  });

  it('abandons a start that hangs, closes what it opened, and exits with 1', async () => {
    const { code, last } = await run(`${stayUp} log.info('up'); await new Promise(() => {});`, ['SIGTERM']);
    expect(outcomes(last)).to.deep.equal(['start abandoned', 'database done']);
    expect(code).to.equal(1);
  });

  for (const [first, second, expected] of [
    ['SIGTERM', 'SIGINT', 130],
    ['SIGINT', 'SIGTERM', 143],
  ] as const) {
    it(`exits at once with ${expected} when the second signal is ${second}`, async () => {
      const { said, code } = await run(`${stayUp} ${part('http', 'closing', 'return new Promise(() => {});')} log.info('up');`, [
        first,
        second,
      ]);
      expect({ said, code }).to.deep.equal({ said: ['up', 'Stopping', 'closing'], code: expected });
    });
  }

  it('closes everything at a Ctrl-C that npm hands on, which comes twice', async () => {
    const closing = part('http', 'closing', "return new Promise((resolve) => process.once('SIGINT', resolve));");
    const { said, code, last } = await run(`${stayUp} ${closing} log.info('up');`, ['SIGINT', 'SIGINT']);
    expect({ said, code }).to.deep.equal({ said: ['up', 'Stopping', 'closing', 'Stopped', 'after'], code: 0 });
    expect(outcomes(last)).to.deep.equal(['start done', 'closing done', 'database done']);
  });

  it('exits with 1 when a part does not close in time', async () => {
    const { said, code, last } = await run(`${stayUp} ${part('http', 'HTTP', 'return new Promise(() => {});')} log.info('up');`, [
      'SIGTERM',
    ]);
    expect({ said, code }).to.deep.equal({ said: ['up', 'Stopping', 'HTTP', 'Stopped with work left'], code: 1 });
    expect(outcomes(last)).to.deep.equal(['start done', 'HTTP abandoned', 'database done']);
  });

  it('exits with 1 and names what is open when the process does not end after everything was closed', async () => {
    const { said, code } = await run(`setInterval(() => {}, 1000); log.info('up');`, ['SIGTERM']);
    expect({ said, code }).to.deep.equal({ said: ['up', 'Stopping', 'Stopped', 'after', 'Something keeps the process alive'], code: 1 });
  });
});
