import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { OtlpReceiver } from '@tracelink/testing';
import { expect } from 'chai';
import { flushOnExit } from '../../src/flush/flush-on-exit.ts';
import { startProgram } from '../support/program.ts';

describe('flushOnExit', () => {
  let receiver: OtlpReceiver;
  let child: ChildProcess;
  beforeEach(async () => {
    receiver = await OtlpReceiver.start();
  });
  afterEach(async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
    await receiver.stop();
  });

  /** Runs a program, which gets SIGTERM, or another `end`, when it says that it is ready. */
  async function run(program: string, env: Readonly<Record<string, string>>, end = (): unknown => child.kill('SIGTERM')) {
    child = startProgram(program, {
      ...env,
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      OTEL_METRICS_EXPORTER: 'none',
      // No span goes out because of its age.
      OTEL_BSP_SCHEDULE_DELAY: '600000',
    });
    const closed = once(child, 'close');
    const said: string[] = [];
    for await (const line of createInterface({ input: child.stdout! })) {
      said.push(line);
      if (line === 'ready') end();
    }
    return { said, ended: await closed, delivered: receiver.spans.map(({ name }) => name) };
  }

  for (const listens of ['before', 'after']) {
    it(`leaves SIGTERM to a listener of once that is added ${listens} the start, and delivers what it records`, async () => {
      const { said, ended, delivered } = await run('drain-and-end.ts', { LISTENS: listens, ENDS_BY: 'empty loop' });
      expect(ended).to.deep.equal([0, null]);
      expect(said).to.deep.equal(['ready', 'drain begins', 'drain done']);
      expect(delivered).to.deep.equal(['first words', 'drained']);
    });

    for (const [way, what] of [
      ['ours', 'a drain of ours'],
      ['removeListener', 'a listener that takes itself off and sends the signal again'],
      ['removeAllListeners', 'a listener that takes all off and sends the signal again'],
      ['once', 'a listener of once that sends the signal again'],
    ] as const)
      it(`delivers what ${what} records before it ends by SIGTERM, when it is added ${listens} the start`, async () => {
        const { said, ended, delivered } = await run('drain-and-end.ts', { LISTENS: listens, ENDS_BY: way });
        expect(ended).to.deep.equal([null, 'SIGTERM']);
        expect(said).to.deep.equal(['ready', 'drain begins', 'drain done']);
        expect(delivered).to.deep.equal(['first words', 'drained']);
      });

    for (const drains of ['at once', 'later'])
      it(`delivers what a listener of beforeExit that is added ${listens} the start records ${drains}`, async () => {
        const { ended, delivered } = await run('drain-and-end.ts', { LISTENS: listens, ENDS_BY: `beforeExit ${drains}` });
        expect(ended).to.deep.equal([0, null]);
        expect(delivered).to.deep.equal(['first words', 'drained']);
      });
  }

  it('delivers what a drain of ours records when it is done, and not when the program ends that handles the signal, too', async () => {
    const { ended, delivered } = await run('drain-and-end.ts', { ENDS_BY: 'exit' });
    expect(ended).to.deep.equal([0, null]);
    expect(delivered).to.deep.equal(['first words', 'drained']);
  });

  it('delivers what is held back at a Ctrl-C that npm hands on, which comes twice', async () => {
    const { ended, delivered } = await run('drain-and-end.ts', { ENDS_BY: 'nothing' }, () => {
      child.kill('SIGINT');
      setImmediate(() => child.kill('SIGINT'));
    });
    expect(ended).to.deep.equal([null, 'SIGINT']);
    expect(delivered).to.deep.equal(['first words']);
  });

  it('keeps no listener once a signal has come, so that a second one ends the process at once', () => {
    const replaceable: { readonly kill: unknown } = process;
    const { kill } = replaceable;
    const others = (): void => {};
    process.on('SIGINT', others);
    const before = process.listenerCount('SIGINT');
    const flush = async () => ({ unflushed: [] });
    const remove = flushOnExit({ forceFlush: flush, shutdown: () => Promise.reject(new Error('the program goes on')) });
    process.emit('SIGINT', 'SIGINT');
    expect(process.listenerCount('SIGINT')).to.equal(before);
    expect(replaceable.kill).to.not.equal(kill);
    remove();
    process.off('SIGINT', others);
    expect(replaceable.kill).to.equal(kill);
  });
});
