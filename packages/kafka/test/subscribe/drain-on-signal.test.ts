import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { setImmediate as turnOfLoop } from 'node:timers/promises';
import { expect } from 'chai';
import { KafkaTracingError } from '../../src/core/kafka-tracing-error.ts';
import { drainOnSignal } from '../../src/subscribe/drain-on-signal.ts';
import { produce } from '../support/broker/consume.ts';
import { useKafka } from '../support/broker/kafka.ts';
import { useTracing } from '../support/telemetry/tracing.ts';

describe('drainOnSignal', () => {
  const kafka = useKafka();
  const { spans } = useTracing();

  it('lets a process finish its work, and then end by the signal', async () => {
    const topic = await kafka.createTopic();
    await produce(kafka, topic, [{ value: 'a' }]);
    const program = fileURLToPath(new URL('../programs/drained-on-signal.ts', import.meta.url));
    const child = fork(program, [kafka.brokers().join(','), topic], {
      execArgv: ['-C', '@tracelink/source'],
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    });
    let output = '';
    child.stdout?.on('data', (chunk) => (output += String(chunk)));
    await once(child, 'message');
    child.kill('SIGTERM');
    const [code, signal] = await once(child, 'close');
    expect([code, signal]).to.deep.equal([null, 'SIGTERM']);
    expect(output).to.match(/(?:^|\n)Subscription drained {"handled":1,.*"abandoned":\[\].*}\nbye\n$/);
  });

  for (const [who, flags, end, output] of [
    ['the last of two calls to be over', [], [null, 'SIGTERM'], 'fast\nslow\n'],
    ['a listener of once that was added before', ['--handle'], [0, null], 'fast\nslow\nhandled\n'],
  ] as const)
    it(`leaves the end of the process to ${who}`, async () => {
      const program = fileURLToPath(new URL('../programs/drained-beside-others.ts', import.meta.url));
      const child = fork(program, flags, { execArgv: ['-C', '@tracelink/source'], stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
      let said = '';
      child.stdout?.on('data', (chunk) => (said += String(chunk)));
      await once(child, 'message');
      child.kill('SIGTERM');
      expect(await once(child, 'close')).to.deep.equal(end);
      expect(said).to.equal(output);
    });

  it('drains everything once, also when one drain fails, and nothing after it was disposed of', async () => {
    const others = (): void => {};
    process.on('SIGUSR2', others);
    const listeners = process.listenerCount('SIGUSR2');
    const ended: string[] = [];
    const then = Promise.withResolvers<void>();
    const drainables = [
      { drain: (): never => expect.fail('no broker') },
      { drain: async () => ended.push('tasks') },
      { drain: () => Promise.reject(new Error('no broker')) },
    ];
    try {
      drainOnSignal([{ drain: async () => ended.push('disposed of') }], { signals: ['SIGUSR2'] })[Symbol.dispose]();
      drainOnSignal(drainables, { signals: ['SIGUSR2'], afterwards: () => then.resolve() });
      expect(process.listenerCount('SIGUSR2')).to.equal(listeners + 1);
      process.kill(process.pid, 'SIGUSR2');
      await then.promise;
      expect(ended).to.deep.equal(['tasks']);
      expect(process.listenerCount('SIGUSR2')).to.equal(listeners);
      // Whether the process ends by the signal is decided in this turn of the event loop: the other listener must still exist.
      await turnOfLoop();
    } finally {
      process.off('SIGUSR2', others);
    }
    expect(spans.takeAll()).to.deep.equal([]);
  });

  it('rejects at once what it could not drain when the signal arrives', () => {
    const listeners = process.listenerCount('SIGTERM');
    const drainable = { drain: async () => {} };
    for (const [drainables, options, why] of [
      [drainable, {}, /takes a list of what has drain/],
      [[undefined], {}, /takes a list of what has drain/],
      [[drainable], { signals: ['SIGKILL'] }, /signals that a process can listen to/],
      [[drainable], { signals: 'SIGTERM' }, /signals that a process can listen to/],
      [[drainable], { signals: ['TERM'] }, /signals that a process can listen to/],
      [[drainable], { afterwards: true }, /a function/],
      [[drainable], { signal: 'SIGTERM' }, /has no option "signal"/],
    ] as const)
      expect(() => drainOnSignal(drainables as never, options as never)).to.throw(KafkaTracingError, why);
    expect(process.listenerCount('SIGTERM')).to.equal(listeners);
  });
});
