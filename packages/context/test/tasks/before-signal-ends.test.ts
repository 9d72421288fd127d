import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setImmediate as turnOfLoop } from 'node:timers/promises';
import { beforeSignalEnds } from '@tracelink/context/internal';
import { expect } from 'chai';
import { endBySignal } from '../../src/tasks/before-signal-ends.ts';

describe('work before a signal ends the process', () => {
  it('ends by the signal when all of it is over', async () => {
    expect(await signalled('none')).to.deep.equal({ said: ['fast, not alone', 'slow, not alone'], code: null, signal: 'SIGTERM' });
  });

  for (const own of ['before', 'between', 'after'])
    it(`leaves the end to a listener of once that was added ${own === 'between' ? 'between' : `${own} it`}`, async () => {
      const { said, code, signal } = await signalled(own);
      expect([code, signal]).to.deep.equal([0, null]);
      expect(said.toSorted()).to.deep.equal(['closed', 'closing', 'fast, not alone', 'slow, not alone']);
      expect(said.at(-1)).to.equal('closed');
    });

  it('is not ended by the same signal that comes twice at once, as from npm after a Ctrl-C', async () => {
    const said = ['fast, not alone', 'slow, not alone'];
    expect(await signalled('begun')).to.deep.equal({ said, code: null, signal: 'SIGTERM' });
  });

  it('is ended by the same signal after half a second', async () => {
    expect(await signalled('endless')).to.deep.include({ code: null, signal: 'SIGTERM' });
  });

  it('is told that it is not alone beside a listener of once', async () => {
    const told: boolean[] = [];
    const others = (): void => {};
    process.once('SIGURG', others);
    const forget = beforeSignalEnds(['SIGURG'], async (isAlone) => told.push(isAlone));
    process.emit('SIGURG', 'SIGURG');
    forget();
    expect(told).to.deep.equal([false]);
    expect(process.listenerCount('SIGURG')).to.equal(0);
  });

  it('runs what is last when other work is over, too, and not where there is none', async () => {
    const said: string[] = [];
    const others = (): void => {};
    process.on('SIGURG', others);
    const flush = (): (() => void) =>
      beforeSignalEnds(
        ['SIGURG'],
        async () => said.push('first'),
        async (isHandled) => said.push(`last, ${isHandled ? 'handled' : 'not handled'}`),
      );
    const removed = [flush()];
    process.emit('SIGURG', 'SIGURG');
    await turnOfLoop();
    expect(said).to.deep.equal(['first']);
    const drain = Promise.withResolvers<void>();
    removed.push(
      flush(),
      beforeSignalEnds(['SIGURG'], () => drain.promise),
      flush(),
    );
    process.emit('SIGURG', 'SIGURG');
    removed.at(-1)?.();
    await turnOfLoop();
    expect(said.splice(0)).to.deep.equal(['first', 'first', 'first']);
    drain.resolve();
    await turnOfLoop();
    process.off('SIGURG', others);
    for (const remove of removed) remove();
    expect(said).to.deep.equal(['last, handled']);
  });

  for (const [who, pid, expected] of [
    ['exits with 143 after SIGTERM as PID 1, which a signal of its own does not end', 1, ['exit', 143]],
    ['sends itself SIGTERM as any other process', 2, ['kill', 2, 'SIGTERM']],
  ] as const)
    it(`${who}`, () => {
      const done: unknown[] = [];
      endBySignal('SIGTERM', {
        pid,
        kill: (...args) => (done.push('kill', ...args), true),
        exit: ((code: number) => done.push('exit', code)) as never,
      });
      expect(done).to.deep.equal(expected);
    });

  it('leaves no listener behind when it is taken back', () => {
    const before = process.listenerCount('SIGURG');
    beforeSignalEnds(['SIGURG'], async () => expect.fail('it is taken back'))();
    expect(process.listenerCount('SIGURG')).to.equal(before);
  });
});

async function signalled(own: string): Promise<{ said: readonly string[]; code: number | null; signal: string | null }> {
  const program = join(import.meta.dirname, '../programs/signal-work.ts');
  const child = spawn(process.execPath, ['--conditions=@tracelink/source', program, own], {
    stdio: ['ignore', 'pipe', 'inherit'],
    // One that no signal ends would keep the run from ending.
    timeout: 20_000,
    killSignal: 'SIGKILL',
  });
  const closed = once(child, 'close');
  const said: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    if (['ready', 'again'].includes(line)) child.kill('SIGTERM');
    else said.push(line);
  }
  const [code, signal] = (await closed) as [number | null, string | null];
  return { said, code, signal };
}
