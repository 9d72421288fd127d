import { setTimeout as pause } from 'node:timers/promises';
import { BackgroundTasks } from '@tracelink/context';
import { drainedTasks, InFlight, Shutdown, tracingEnd, type Stage } from '@tracelink-demo/kit';
import { expect } from 'chai';
import { inSpan, useTracing } from './support/tracing.ts';

describe('Shutdown', () => {
  const spans = useTracing();
  const hang = (..._: unknown[]): Promise<void> => new Promise(() => {});

  it('closes the stages in order, however they were added, and the parts of one stage at the same time', async () => {
    const shutdown = new Shutdown();
    const said: string[] = [];
    const both = Promise.withResolvers<void>();
    const add = (stage: Stage, name: string, work: () => Promise<void> | void = () => {}): void =>
      shutdown.add(stage, {
        name,
        async close() {
          await work();
          said.push(name);
        },
      });
    add('database', 'pool');
    add('tracing', 'spans');
    add('consumers', 'one', () => both.promise);
    add('consumers', 'two', () => both.resolve());
    add('http', 'server');
    const reports = await shutdown.run(5_000);
    expect(said.filter((name) => name !== 'one' && name !== 'two')).to.deep.equal(['server', 'spans', 'pool']);
    expect(said.slice(1, 3)).to.have.members(['one', 'two']);
    expect(reports.map(({ stage, part, outcome }) => `${stage} ${part} ${outcome}`)).to.deep.equal([
      'http server done',
      'consumers one done',
      'consumers two done',
      'tracing spans done',
      'database pool done',
    ]);
  });

  it('abandons a part that hangs, names its work, and keeps time for the later stages', async () => {
    const shutdown = new Shutdown();
    const inFlight = new InFlight();
    const times: number[] = [];
    const traceId = await inSpan('request', async (id) => {
      inFlight.begin('GET /slow');
      return id;
    });
    shutdown.add('http', { name: 'server', close: (timeout) => hang(times.push(timeout)), inFlight: () => inFlight.list() });
    shutdown.add('producer', { name: 'producer', close: hang });
    shutdown.add('database', { name: 'pool', close: (timeout) => void times.push(timeout) });
    const reports = await shutdown.run(400);
    expect(reports.map(({ part, outcome }) => `${part} ${outcome}`)).to.deep.equal(['server abandoned', 'producer abandoned', 'pool done']);
    const [server, producer] = reports;
    expect(server?.abandoned).to.have.length(1);
    expect(server?.abandoned?.[0]).to.include({ name: 'GET /slow', traceId });
    expect(producer?.abandoned).to.deep.equal([]);
    // Five of seven stages come after HTTP, a tenth for each.
    expect(times[0]).to.be.within(150, 200);
    expect(times[1]).to.be.greaterThan(0);
    spans.take('request');
  });

  it('continues when closing a part throws or rejects, and reports why', async () => {
    const shutdown = new Shutdown();
    shutdown.add('http', {
      name: 'server',
      close: () => {
        throw new Error('not open');
      },
    });
    shutdown.add('producer', { name: 'producer', close: () => Promise.reject(new Error('no broker')) });
    const reports = await shutdown.run(1_000);
    expect(reports.map(({ outcome, error }) => [outcome, error])).to.deep.equal([
      ['failed', 'not open'],
      ['failed', 'no broker'],
    ]);
  });

  it('closes a part that is added at the end of the start', async () => {
    const shutdown = new Shutdown();
    shutdown.add('start', { name: 'start', close: () => shutdown.add('database', { name: 'pool', close: () => {} }) });
    expect((await shutdown.run(1_000)).map(({ part }) => part)).to.deep.equal(['start', 'pool']);
  });

  it('drains tasks, and names the one that does not end', async () => {
    const tasks = new BackgroundTasks({ onError: () => {} });
    const shutdown = new Shutdown();
    shutdown.add('tasks', drainedTasks('tasks', tasks));
    const traceId = await inSpan('request', async (id) => {
      tasks.run('ends', () => pause(1));
      tasks.run('hangs', hang);
      return id;
    });
    // Long enough that a busy machine has the tasks' report before the stage's own timer ends.
    const [report] = await shutdown.run(2_000);
    expect(report)
      .to.include({ outcome: 'abandoned' })
      .and.to.have.deep.property('tasks', { finished: 1, failed: 0, spilled: 0, rejected: 0 });
    expect(report?.abandoned?.map((task) => [task.name, task.traceId])).to.deep.equal([['hangs', traceId]]);
    expect(spans.takeAll().map(({ name }) => name)).to.have.members(['request', 'ends', 'hangs']);
  });

  it('names telemetry that was not delivered, and does not count that as a failure', async () => {
    const shutdown = new Shutdown();
    shutdown.add('tracing', tracingEnd({ shutdown: async () => ({ unflushed: ['traces'] }) }));
    expect((await shutdown.run(1_000))[0])
      .to.include({ outcome: 'done' })
      .and.to.have.deep.property('undelivered', ['traces']);
  });
});

describe('InFlight', () => {
  it('lists work from its start to its end, also when it throws', async () => {
    const inFlight = new InFlight();
    const first = inFlight.run('first', () => Promise.reject(new Error('no')));
    const second = Promise.withResolvers<string>();
    const done = inFlight.run('second', () => second.promise);
    expect(inFlight.list().map(({ name }) => name)).to.deep.equal(['first', 'second']);
    expect(await first.catch((error: Error) => error.message)).to.equal('no');
    expect(inFlight.list().map(({ name }) => name)).to.deep.equal(['second']);
    second.resolve('yes');
    expect(await done).to.equal('yes');
    expect(inFlight.list()).to.deep.equal([]);
  });
});
