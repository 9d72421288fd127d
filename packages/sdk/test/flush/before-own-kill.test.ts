import { constants } from 'node:os';
import { expect } from 'chai';
import { beforeOwnKill } from '../../src/flush/before-own-kill.ts';

// Of which no library in the process of the tests is told, as several are of SIGUSR2.
const unused = 'SIGURG';

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
    giveBack = beforeOwnKill([unused], async () => void worked++);
  });
  afterEach(() => {
    giveBack();
    replaceable.kill = kill;
  });

  for (const [signal, by] of [
    [unused, 'name'],
    [constants.signals[unused], 'number'],
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
    process.kill(process.ppid, unused);
    process.kill(process.pid, 'SIGWINCH');
    process.kill(process.pid, 0);
    process.kill(process.pid);
    const others = (): void => {};
    process.on(unused, others);
    process.kill(process.pid, unused);
    process.off(unused, others);
    expect(worked).to.equal(0);
    expect(sent.map(([, signal]) => signal)).to.deep.equal([unused, 'SIGWINCH', 0, 'SIGTERM', unused]);
  });

  it('is not done any more where another has replaced the same function and still calls ours', () => {
    const ours = replaceable.kill;
    replaceable.kill = (pid, signal) => ours(pid, signal);
    giveBack();
    process.kill(process.pid, unused);
    expect([worked, sent.length]).to.deep.equal([0, 1]);
  });
});
