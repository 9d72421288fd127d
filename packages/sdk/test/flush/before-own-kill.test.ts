import { constants } from 'node:os';
import { expect } from 'chai';
import { beforeOwnKill } from '../../src/flush/before-own-kill.ts';

describe('work before a program ends itself by a signal', () => {
  const replaceable: { kill: (pid: number, signal?: string | number) => true } = process;
  const { kill } = replaceable;
  let sent: [number, string | number | undefined][];
  let worked: number;
  let giveBack: () => void;

  beforeEach(() => {
    [sent, worked] = [[], 0];
    // What sends: the test must not end.
    replaceable.kill = (...args: [number, (string | number)?]): true => {
      sent.push([args[0], args[1]]);
      return true;
    };
    giveBack = beforeOwnKill(['SIGUSR2'], async () => void worked++);
  });
  afterEach(() => {
    giveBack();
    replaceable.kill = kill;
  });

  for (const [signal, by] of [
    ['SIGUSR2', 'name'],
    [constants.signals.SIGUSR2, 'number'],
  ] as const)
    it(`is done before the signal is sent by its ${by}, once`, async () => {
      process.kill(process.pid, signal);
      expect([worked, sent]).to.deep.equal([1, []]);
      process.kill(process.pid, signal);
      expect([worked, sent]).to.deep.equal([1, [[process.pid, signal]]]);
      await new Promise(setImmediate);
      expect(sent).to.have.lengthOf(2);
    });

  it('is not done for another process, another signal, the question whether it runs, and what is listened to', () => {
    process.kill(process.ppid, 'SIGUSR2');
    process.kill(process.pid, 'SIGWINCH');
    process.kill(process.pid, 0);
    process.kill(process.pid);
    const others = (): void => {};
    process.on('SIGUSR2', others);
    process.kill(process.pid, 'SIGUSR2');
    process.off('SIGUSR2', others);
    expect(worked).to.equal(0);
    expect(sent.map(([, signal]) => signal)).to.deep.equal(['SIGUSR2', 'SIGWINCH', 0, 'SIGTERM', 'SIGUSR2']);
  });

  it('is not done any more where another has replaced the same function and still calls ours', () => {
    const ours = replaceable.kill;
    replaceable.kill = (pid, signal) => ours(pid, signal);
    giveBack();
    process.kill(process.pid, 'SIGUSR2');
    expect([worked, sent.length]).to.deep.equal([0, 1]);
  });
});
