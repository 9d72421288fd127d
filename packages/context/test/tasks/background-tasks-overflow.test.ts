import { setMaxListeners } from 'node:events';
import { propagation } from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { BackgroundTasks, ContextError, traceId, type SpilledTask, type TaskFailure } from '@tracelink/context';
import { expect } from 'chai';
import { useTracing } from '../support/use-tracing.ts';

describe('BackgroundTasks with more tasks than their concurrency', () => {
  const spans = useTracing();
  const told: { readonly error: unknown; readonly failure: TaskFailure }[] = [];
  const onError = (error: unknown, failure: TaskFailure): void => void told.push({ error, failure });
  beforeEach(() => told.splice(0));

  it('runs as many tasks as its concurrency, and the others in order of arrival', async () => {
    const tasks = new BackgroundTasks({ concurrency: 2 });
    const order: number[] = [];
    let most = 0;
    const started = Array.from({ length: 10 }, (_, index) =>
      tasks.run('task', async () => {
        order.push(index);
        most = Math.max(most, tasks.running().length);
        await Promise.resolve();
      }),
    );
    expect(started.map((task) => task.state)).to.deep.equal(['running', 'running', ...Array<string>(8).fill('queued')]);
    await Promise.all(started.map((task) => task.done));
    expect(most).to.equal(2);
    expect(order).to.deep.equal([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    const waited = spans.takeAll().filter(({ attributes }) => 'tracelink.task.queued_ms' in attributes);
    expect(waited).to.have.length(8);
    for (const span of waited) expect(span.events.map(({ name }) => name)).to.deep.equal(['tracelink.task.started']);
  });

  it('rejects tasks beyond the backlog, and reports that on the span and to onError', async () => {
    const tasks = new BackgroundTasks({ concurrency: 1, backlog: 1, onError });
    const gate = Promise.withResolvers<void>();
    const [first, second, third] = ['first', 'second', 'third'].map((name) => tasks.run(name, () => gate.promise));
    expect([first?.state, second?.state, third?.state]).to.deep.equal(['running', 'queued', 'rejected']);
    expect(await third?.accepted).to.equal(false);
    expect(told).to.have.length(1);
    expect(told[0]?.error).to.be.instanceOf(ContextError).with.property('code', 'backlog_full');
    expect(told[0]?.failure).to.include({ name: 'third', outcome: 'rejected' });
    expect(spans.take('third').attributes).to.include({ 'error.type': 'backlog_full' });
    gate.resolve();
    expect(await Promise.all([first?.done, second?.done])).to.deep.equal(['finished', 'finished']);
    spans.takeAll();
  });

  it('blocks callers that await a place, and loses no task of those that do not', async () => {
    const tasks = new BackgroundTasks({ concurrency: 1, backlog: 1, overflow: 'block', onError });
    const gates = Array.from({ length: 4 }, () => Promise.withResolvers<void>());
    const started = gates.map(({ promise }, index) => tasks.run(`task ${index}`, () => promise));
    const accepted: number[] = [];
    for (const [index, task] of started.entries()) void task.accepted.then(() => accepted.push(index));
    await started[1]?.accepted;
    expect(accepted).to.deep.equal([0, 1]);
    for (const [index, task] of started.entries()) {
      gates[index]?.resolve();
      await task.done;
      await started[index + 2]?.accepted;
      expect(accepted).to.deep.equal([0, 1, 2, 3].slice(0, index + 3));
    }
    expect(told).to.deep.equal([]);
    spans.takeAll();
  });

  it('gives the place of a waiting task that is cancelled to the next one, in order of arrival', async () => {
    const tasks = new BackgroundTasks({ concurrency: 1, backlog: 2, overflow: 'block', onError });
    const gate = Promise.withResolvers<void>();
    const reason = new Error('the order was cancelled');
    const order: string[] = [];
    const first = tasks.run('first', () => gate.promise);
    const waiting = ['second', 'third', 'fourth', 'fifth', 'sixth'].map((name) => {
      const cancelled = new AbortController();
      return { cancelled, task: tasks.run(name, () => void order.push(name), { signal: cancelled.signal }) };
    });
    const [second, third, fourth, fifth] = waiting;
    for (const one of [third, fifth]) {
      one?.cancelled.abort(reason);
      expect(one?.task.state).to.equal('failed');
    }
    expect(await fourth?.task.accepted).to.equal(true);
    expect(await Promise.all([third?.task.done, fifth?.task.done, fifth?.task.accepted])).to.deep.equal(['failed', 'failed', false]);
    expect(told.map(({ error, failure }) => [error, failure.name])).to.deep.equal([
      [reason, 'third'],
      [reason, 'fifth'],
    ]);
    expect([first.state, second?.task.state]).to.deep.equal(['running', 'queued']);
    gate.resolve();
    await tasks.drain();
    expect(order).to.deep.equal(['second', 'fourth', 'sixth']);
    second?.cancelled.abort(reason);
    expect(told).to.have.length(2);
    spans.takeAll();
  });

  it('has room as soon as all that wait are cancelled', async () => {
    const tasks = new BackgroundTasks({ concurrency: 1, backlog: 10_000, onError });
    const gate = Promise.withResolvers<void>();
    const cancelled = new AbortController();
    setMaxListeners(0, cancelled.signal);
    tasks.run('first', () => gate.promise);
    for (let count = 0; count < 10_000; count++) tasks.run('request', () => {}, { signal: cancelled.signal });
    expect(tasks.run('refused', () => {}).state).to.equal('rejected');
    cancelled.abort();
    expect(tasks.run('after', () => {}).state).to.equal('queued');
    expect(tasks.run('too late', () => {}, { signal: cancelled.signal }).state).to.equal('failed');
    gate.resolve();
    expect(await tasks.drain()).to.include({ finished: 2 });
    spans.takeAll();
  });

  it('accepts a backlog of 0', async () => {
    const blocking = new BackgroundTasks({ concurrency: 1, backlog: 0, overflow: 'block' });
    const both = [blocking.run('one', () => {}), blocking.run('two', () => {})];
    expect(await Promise.all(both.map((task) => task.done))).to.deep.equal(['finished', 'finished']);
    expect(await both[1]?.accepted).to.equal(true);
    spans.takeAll();
  });

  it('counts a hundred thousand waiting tasks', async () => {
    const tasks = new BackgroundTasks({ concurrency: 1_000, backlog: Infinity });
    let done = 0;
    const started = Array.from({ length: 100_000 }, () => tasks.run('task', () => void done++));
    expect(started.at(-1)?.state).to.equal('queued');
    await started.at(-1)?.done;
    expect(done).to.equal(100_000);
    expect(spans.takeAll()).to.have.length(100_000);
  });

  describe('and a spill hook', () => {
    const spilled: SpilledTask[] = [];
    const ids: (string | undefined)[] = [];
    const spill = async (task: SpilledTask): Promise<void> => {
      ids.push(traceId());
      await Promise.resolve();
      spilled.push(task);
    };
    before(() => propagation.setGlobalPropagator(new W3CTraceContextPropagator()));
    beforeEach(() => [spilled, ids].forEach((list) => list.splice(0)));
    after(() => propagation.disable());

    it('receives input and headers, in the task’s own trace', async () => {
      const tasks = new BackgroundTasks({ concurrency: 1, backlog: 0, overflow: 'spill', spill, onError });
      const gate = Promise.withResolvers<void>();
      const first = tasks.run('audit', () => gate.promise);
      const second = tasks.run('audit', () => expect.fail('it is done elsewhere'), { input: { orderId: 7 } });
      expect(await second.done).to.equal('spilled');
      expect(await second.accepted).to.equal(true);
      const span = spans.take('audit');
      const { traceId: expected, spanId } = span.spanContext();
      expect(span.attributes).to.include({ 'tracelink.task.outcome': 'spilled' });
      expect(spilled).to.deep.equal([
        { name: 'audit', input: { orderId: 7 }, headers: { traceparent: `00-${expected}-${spanId}-01` }, traceId: expected },
      ]);
      expect(ids).to.deep.equal([expected]);
      gate.resolve();
      await first.done;
      expect(told).to.deep.equal([]);
      spans.takeAll();
    });

    it('rejects a task without input', async () => {
      const tasks = new BackgroundTasks({ concurrency: 1, backlog: 0, overflow: 'spill', spill, onError });
      const first = tasks.run('audit', () => {});
      expect(tasks.run('audit', () => {}).state).to.equal('rejected');
      await first.done;
      expect(spilled).to.deep.equal([]);
      spans.takeAll();
    });

    it('is not given a task that was cancelled', async () => {
      const tasks = new BackgroundTasks({ concurrency: 1, backlog: 0, overflow: 'spill', spill, onError });
      const first = tasks.run('audit', () => {});
      const reason = new Error('the order was cancelled');
      const second = tasks.run('audit', () => {}, { input: 7, signal: AbortSignal.abort(reason) });
      expect([await second.done, await second.accepted]).to.deep.equal(['failed', false]);
      expect(told.map(({ error }) => error)).to.deep.equal([reason]);
      await first.done;
      expect(spilled).to.deep.equal([]);
      spans.takeAll();
    });

    it('reports a task that the hook rejected', async () => {
      const error = new Error('broker down');
      for (const broken of [
        () => Promise.reject(error),
        () => {
          throw error;
        },
      ]) {
        const tasks = new BackgroundTasks({ concurrency: 1, backlog: 0, overflow: 'spill', spill: broken, onError });
        const first = tasks.run('audit', () => {});
        const second = tasks.run('audit', () => {}, { input: 7 });
        expect(await second.done).to.equal('failed');
        expect(await second.accepted).to.equal(false);
        expect(told.splice(0).map((one) => one.error)).to.deep.equal([error]);
        await first.done;
        spans.takeAll();
      }
    });
  });
});
