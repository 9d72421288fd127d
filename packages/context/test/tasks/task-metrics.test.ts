import { metrics } from '@opentelemetry/api';
import { BackgroundTasks } from '@tracelink/context';
import { expect } from 'chai';
import { useMetrics } from '../support/use-metrics.ts';

const quiet = { onError: () => {} };

describe('the metrics of background tasks', () => {
  const recorded = useMetrics();

  /** The value of a counter by task name, or the counts of the histogram by name and outcome. */
  async function values(metric: string): Promise<Record<string, unknown>> {
    const points = (await recorded()).get(metric)?.dataPoints ?? [];
    return Object.fromEntries(
      points.map(({ attributes, value }) => [
        Object.values(attributes).join(' '),
        typeof value === 'object' && 'count' in value ? value.count : value,
      ]),
    );
  }

  it('count running and waiting tasks by name, and return to zero', async () => {
    const tasks = new BackgroundTasks({ ...quiet, concurrency: 2, backlog: 1 });
    const gate = Promise.withResolvers<void>();
    for (const name of ['audit', 'audit', 'bill', 'bill']) tasks.run(name, () => gate.promise);
    expect(await values('tracelink.tasks.running')).to.deep.equal({ audit: 2 });
    expect(await values('tracelink.tasks.queued')).to.deep.equal({ bill: 1 });
    gate.resolve();
    await tasks.drain();
    expect(await values('tracelink.tasks.running')).to.deep.equal({ audit: 0, bill: 0 });
    expect(await values('tracelink.tasks.queued')).to.deep.equal({ bill: 0 });
  });

  it('return to zero after abandoned tasks', async () => {
    const tasks = new BackgroundTasks({ ...quiet, concurrency: 1 });
    tasks.run('stuck', () => new Promise(() => {}));
    tasks.run('waits', () => {});
    await tasks.drain({ timeout: 0, grace: 0 });
    expect(await values('tracelink.tasks.running')).to.deep.equal({ stuck: 0 });
    expect(await values('tracelink.tasks.queued')).to.deep.equal({ waits: 0 });
  });

  it('do not count a task as waiting that was cancelled', async () => {
    const tasks = new BackgroundTasks({ ...quiet, concurrency: 1 });
    const gate = Promise.withResolvers<void>();
    const cancelled = new AbortController();
    for (const name of ['audit', 'bill']) tasks.run(name, () => gate.promise, { signal: cancelled.signal });
    cancelled.abort();
    expect(await values('tracelink.tasks.queued')).to.deep.equal({ bill: 0 });
    gate.resolve();
    await tasks.drain();
    expect(await values('tracelink.tasks.queued')).to.deep.equal({ bill: 0 });
  });

  it('measure the duration of tasks in seconds, by name and outcome', async () => {
    const tasks = new BackgroundTasks({ ...quiet, concurrency: 1, backlog: 2, overflow: 'spill', spill: () => {} });
    tasks.run('a', () => {});
    tasks.run('b', () => Promise.reject(new Error('no')));
    tasks.run('c', ({ signal }) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error))), {
      timeout: 20,
    });
    tasks.run('d', () => {}, { input: 1 });
    tasks.run('e', () => {});
    await tasks.drain();
    expect(await values('tracelink.task.duration')).to.deep.equal({
      'a finished': 1,
      'b failed': 1,
      'c timed_out': 1,
      'd spilled': 1,
      'e rejected': 1,
    });
    const histogram = (await recorded()).get('tracelink.task.duration');
    expect(histogram?.descriptor).to.include({ unit: 's' });
    const timedOut = histogram?.dataPoints.find(({ attributes }) => attributes['tracelink.task.name'] === 'c')?.value;
    expect(timedOut).to.have.property('sum').within(0.015, 5);
  });

  it('do not affect tasks when they throw', async () => {
    metrics.disable();
    metrics.setGlobalMeterProvider({
      getMeter() {
        throw new Error('no meter');
      },
    });
    expect(await new BackgroundTasks().run('task', () => {}).done).to.equal('finished');
  });
});
