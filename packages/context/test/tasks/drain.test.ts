import { BackgroundTasks, ContextError, type Task, type TaskFailure, type SpilledTask } from '@tracelink/context';
import { expect } from 'chai';
import { useTracing } from '../support/use-tracing.ts';

const obedient: Task = ({ signal }) =>
  new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true }));
const stubborn: Task = () => new Promise(() => {});

describe('BackgroundTasks.drain', () => {
  const spans = useTracing();
  const told: { readonly error: unknown; readonly failure: TaskFailure }[] = [];
  const onError = (error: unknown, failure: TaskFailure): void => void told.push({ error, failure });
  beforeEach(() => told.splice(0));

  it('waits for running and waiting tasks, and counts their outcomes', async () => {
    const tasks = new BackgroundTasks({ concurrency: 1, onError, timeout: 5 });
    await tasks.run('before', () => {}).done;
    const gate = Promise.withResolvers<void>();
    tasks.run('running', () => gate.promise);
    tasks.run('waiting', () => {});
    tasks.run('failing', () => Promise.reject(new Error('no')));
    tasks.run('slow', obedient);
    const drained = tasks.drain();
    gate.resolve();
    const report = await drained;
    expect(report).to.deep.include({ finished: 2, failed: 2, spilled: 0, rejected: 0, abandoned: [] });
    expect(report.durationMs).to.be.within(0, 10_000);
    spans.takeAll();
  });

  it('rejects tasks after it began, and returns the same report again', async () => {
    const tasks = new BackgroundTasks({ onError });
    const gate = Promise.withResolvers<void>();
    tasks.run('running', () => gate.promise);
    const drained = tasks.drain();
    const late = tasks.run('late', () => {});
    expect(late.state).to.equal('rejected');
    expect(told.map(({ error }) => (error as ContextError).code)).to.deep.equal(['draining']);
    gate.resolve();
    expect(tasks.drain({ timeout: 0 })).to.equal(drained);
    expect(await drained).to.include({ finished: 1, rejected: 1 });
    expect(tasks.run('too late', () => {}).state).to.equal('rejected');
    expect(await tasks.drain()).to.equal(await drained);
    spans.takeAll();
  });

  it('aborts at the deadline and lists the abandoned tasks: ended by the signal, ignored it, or never started', async () => {
    const tasks = new BackgroundTasks({ concurrency: 2, onError });
    const started = [tasks.run('obedient', obedient), tasks.run('stubborn', stubborn), tasks.run('waiting', () => {})];
    const report = await tasks.drain({ timeout: 5, grace: 5 });
    expect(report.abandoned.map(({ name }) => name)).to.have.members(['obedient', 'stubborn', 'waiting']);
    expect(report).to.include({ finished: 0, failed: 0 });
    for (const { name, traceId, ageMs } of report.abandoned) {
      expect(traceId, name).to.equal(started.find((task) => task.name === name)?.traceId);
      expect(ageMs, name).to.be.within(1, 10_000);
    }
    expect(await Promise.all(started.map((task) => task.done))).to.deep.equal(['abandoned', 'abandoned', 'abandoned']);
    expect(told.map(({ error }) => (error as ContextError).code)).to.deep.equal(Array<string>(3).fill('drain_timeout'));
    expect(tasks.running()).to.deep.equal([]);
    for (const name of ['obedient', 'stubborn', 'waiting']) {
      expect(spans.take(name).attributes).to.include({ 'tracelink.task.outcome': 'abandoned', 'error.type': 'drain_timeout' });
    }
  });

  it('counts a task that completes within the grace period as finished, and no task twice', async () => {
    const tasks = new BackgroundTasks({ onError });
    const late = Promise.withResolvers<void>();
    tasks.run('quick', ({ signal }) => new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true })));
    const ignoring = tasks.run('ignoring', () => late.promise);
    const report = await tasks.drain({ timeout: 1, grace: 10 });
    expect(report).to.include({ finished: 1 });
    expect(report.abandoned.map(({ name }) => name)).to.deep.equal(['ignoring']);
    late.reject(new Error('far too late'));
    await new Promise(setImmediate);
    expect(ignoring.state).to.equal('abandoned');
    expect(told).to.have.length(1);
    spans.takeAll();
  });

  it('counts a task that ignores its timeout as abandoned at the deadline, not before', async () => {
    const tasks = new BackgroundTasks({ onError, timeout: 1 });
    const aborted = Promise.withResolvers<unknown>();
    const task = tasks.run('ignoring', ({ signal }) => {
      signal.addEventListener('abort', () => aborted.resolve(signal.reason), { once: true });
      return new Promise(() => {});
    });
    expect(await aborted.promise).to.have.property('code', 'task_timeout');
    expect([task.state, told.length]).to.deep.equal(['running', 0]);
    expect((await tasks.drain({ timeout: 0, grace: 0 })).abandoned).to.have.length(1);
    expect(told.map(({ failure }) => failure.outcome)).to.deep.equal(['abandoned']);
    spans.takeAll();
  });

  it('spills tasks that have not started at the deadline, and those that arrive meanwhile', async () => {
    const spilled: unknown[] = [];
    const spill = ({ input }: SpilledTask): void => void spilled.push(input);
    const tasks = new BackgroundTasks({ concurrency: 1, overflow: 'spill', spill, onError });
    tasks.run('running', obedient, { input: 0 } as never);
    tasks.run('waiting', () => {}, { input: 1 });
    tasks.run('without input', () => {});
    const drained = tasks.drain({ timeout: 5 });
    tasks.run('meanwhile', () => {}, { input: 2 });
    const report = await drained;
    expect(spilled).to.deep.equal([2, 1]);
    expect(report).to.include({ spilled: 2, rejected: 0 });
    expect(report.abandoned.map(({ name }) => name)).to.deep.equal(['without input', 'running']);
    expect(tasks.run('after', () => {}, { input: 3 }).state).to.equal('rejected');
    spans.takeAll();
  });

  it('fails a task that is cancelled before it starts, and neither spills it nor abandons it', async () => {
    const spilled: unknown[] = [];
    const cancelled = new AbortController();
    const tasks = new BackgroundTasks({ concurrency: 1, spill: ({ input }) => spilled.push(input), onError });
    tasks.run('running', obedient);
    const waiting = tasks.run('mail', () => expect.fail('it was cancelled'), { input: 1, signal: cancelled.signal });
    const reason = new Error('the order was cancelled');
    const drained = tasks.drain({ timeout: 1 });
    cancelled.abort(reason);
    expect(await drained).to.include({ failed: 1, spilled: 0 });
    expect([spilled, waiting.state]).to.deep.equal([[], 'failed']);
    expect(told.find(({ failure }) => failure.name === 'mail')?.error).to.equal(reason);
    spans.takeAll();
  });

  it('abandons a task whose spilling does not end', async () => {
    const spill = (): Promise<void> => new Promise(() => {});
    const tasks = new BackgroundTasks({ concurrency: 1, backlog: 0, overflow: 'spill', spill, onError });
    const first = tasks.run('first', () => {});
    tasks.run('stuck', () => {}, { input: 1 });
    await first.done;
    const report = await tasks.drain({ timeout: 1, grace: 1 });
    expect(report.abandoned.map(({ name }) => name)).to.deep.equal(['stuck']);
    spans.takeAll();
  });

  it('abandons blocked callers, and tells them that their task was not accepted', async () => {
    const tasks = new BackgroundTasks({ concurrency: 1, backlog: 1, overflow: 'block', onError });
    const outside = [1, 2, 3].map(() => tasks.run('task', obedient))[2];
    expect(await tasks.drain({ timeout: 1 }))
      .to.have.property('abandoned')
      .with.length(3);
    expect([outside?.state, await outside?.accepted]).to.deep.equal(['abandoned', false]);
    spans.takeAll();
  });

  it('rejects a call by a running task, which would wait for itself, but not by an ended one', async () => {
    const tasks = new BackgroundTasks({ onError });
    const others = new BackgroundTasks();
    const later = Promise.withResolvers<void>();
    const drained = Promise.withResolvers<unknown>();
    const task = tasks.run('ends it all', async () => {
      await others.drain();
      void later.promise.then(() => tasks.drain()).then(drained.resolve);
      await tasks.drain();
    });
    expect(await task.done).to.equal('failed');
    expect(told[0]?.error).to.be.instanceOf(ContextError).with.property('code', 'drain_in_task');
    expect(tasks.run('goes on', () => {}).state).to.equal('running');
    later.resolve();
    expect(await drained.promise).to.include({ finished: 1 });
    spans.takeAll();
  });

  it('rejects a call by the spill hook, which it would wait for', async () => {
    const tasks = new BackgroundTasks({
      concurrency: 1,
      backlog: 0,
      overflow: 'spill',
      spill: () => tasks.drain({ timeout: 20, grace: 5 }),
      onError,
    });
    const first = tasks.run('first', () => {});
    expect(await tasks.run('spilled', () => {}, { input: 1 }).done).to.equal('failed');
    expect(told[0]?.error).to.be.instanceOf(ContextError).with.property('code', 'drain_in_task');
    await first.done;
    spans.takeAll();
  });

  it('runs at the end of await using', async () => {
    let done = false;
    {
      await using tasks = new BackgroundTasks();
      tasks.run('last', async () => {
        await new Promise(setImmediate);
        done = true;
      });
    }
    expect(done).to.equal(true);
    spans.take('last');
  });

  it('rejects invalid times', () => {
    const tasks = new BackgroundTasks();
    for (const options of [{ timeout: -1 }, { timeout: Number.NaN }, { grace: '1' as never }, { grace: 2 ** 31 }]) {
      expect(() => tasks.drain(options))
        .to.throw(ContextError)
        .with.property('code', 'invalid_option');
    }
  });

  it('waits without limit when the timeout is Infinity', async () => {
    const tasks = new BackgroundTasks();
    tasks.run('task', () => new Promise(setImmediate));
    expect(await tasks.drain({ timeout: Infinity, grace: Infinity })).to.include({ finished: 1 });
    spans.take('task');
  });

  describe('with a log', () => {
    const lines: unknown[][] = [];
    const log = {
      info: (...line: unknown[]) => void lines.push(['info', ...line]),
      warn: (...line: unknown[]) => void lines.push(['warn', ...line]),
    };
    beforeEach(() => lines.splice(0));

    it('writes one line: info when all tasks are done, a warning otherwise', async () => {
      const calm = new BackgroundTasks({ log });
      calm.run('task', () => {});
      const { durationMs } = await calm.drain();
      const fields = { finished: 1, failed: 0, spilled: 0, rejected: 0, abandoned: 0, abandonedTasks: [], durationMs };
      expect(lines.splice(0)).to.deep.equal([['info', fields, 'Background tasks drained']]);

      const stuck = new BackgroundTasks({ log, onError });
      for (let index = 0; index < 150; index++) stuck.run('task', stubborn);
      const report = await stuck.drain({ timeout: 0, grace: 0 });
      expect(report.abandoned).to.have.length(150);
      expect(lines).to.have.length(1);
      expect(lines[0]?.[0]).to.equal('warn');
      expect(lines[0]?.[1]).to.deep.include({ abandoned: 150, abandonedTasks: report.abandoned.slice(0, 100) });
      spans.takeAll();
    });

    it('completes when the log throws', async () => {
      const broken = { info: (): never => expect.fail('disk full'), warn: (): never => expect.fail('disk full') };
      const tasks = new BackgroundTasks({ log: broken });
      expect(await tasks.run('fails', () => Promise.reject(new Error('no'))).done).to.equal('failed');
      expect(await tasks.drain()).to.include({ finished: 0 });
      spans.takeAll();
    });
  });
});
