import { diag, SpanStatusCode } from '@opentelemetry/api';
import { BackgroundTasks, ContextError, traceFields, type Task, type TaskFailure } from '@tracelink/context';
import { expect } from 'chai';
import { useTracing } from '../support/use-tracing.ts';

/** Ends when its signal is aborted, as `fetch` does. */
const obedient: Task = ({ signal }) =>
  new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true }));

interface Told {
  readonly error: unknown;
  readonly failure: TaskFailure;
}

function listener(): { readonly told: Told[]; readonly onError: (error: unknown, failure: TaskFailure) => void } {
  const told: Told[] = [];
  return { told, onError: (error, failure) => void told.push({ error, failure }) };
}

describe('a background task that fails', () => {
  const spans = useTracing();
  const said: string[] = [];

  before(() => diag.setLogger({ error: (...words) => void said.push(words.join(' ')), warn() {}, info() {}, debug() {}, verbose() {} }));
  beforeEach(() => said.splice(0));
  after(() => diag.disable());

  it('is recorded on its span and passed to onError once, with the same error and the task’s ids', async () => {
    const error = new RangeError('too far');
    const told: unknown[] = [];
    const tasks = new BackgroundTasks({ onError: (...given) => void told.push(...given, traceFields().span_id) });
    const task = tasks.run('audit', async () => {
      throw error;
    });
    expect(await task.done).to.equal('failed');
    const span = spans.take('audit');
    expect(span.status).to.deep.equal({ code: SpanStatusCode.ERROR, message: 'too far' });
    expect(span.attributes).to.include({ 'error.type': 'RangeError', 'tracelink.task.outcome': 'failed' });
    expect(span.events.map(({ name }) => name)).to.deep.equal(['exception']);
    expect(told).to.deep.equal([error, { name: 'audit', traceId: task.traceId, outcome: 'failed' }, span.spanContext().spanId]);
    expect(told[0]).to.equal(error);
  });

  it('fails in the same way whatever it throws, synchronously or not', async () => {
    const nasty: Record<string, Task> = {
      'a synchronous throw': () => {
        throw new Error('nasty');
      },
      'undefined as reason': () => Promise.reject(undefined),
      'a then that throws': () => ({
        // oxlint-disable-next-line unicorn/no-thenable -- misbehaving thenables are the subject
        get then(): never {
          throw new Error('nasty');
        },
      }),
      'a thenable that rejects twice': () => ({
        // oxlint-disable-next-line unicorn/no-thenable -- misbehaving thenables are the subject
        then(_resolve: unknown, reject: (error: Error) => void) {
          reject(new Error('nasty'));
          reject(new Error('again'));
          throw new Error('and again');
        },
      }),
      'an error that cannot be read': () => {
        throw new Proxy(new Error('nasty'), {
          get() {
            throw new Error('unreadable');
          },
        });
      },
    };
    for (const [name, task] of Object.entries(nasty)) {
      const { told, onError } = listener();
      expect(await new BackgroundTasks({ onError }).run(name, task).done, name).to.equal('failed');
      expect(
        told.map(({ failure }) => failure.outcome),
        name,
      ).to.deep.equal(['failed']);
      expect(spans.take(name).status.code, name).to.equal(SpanStatusCode.ERROR);
    }
  });

  it('is settled by the first answer when a thenable answers twice', async () => {
    const { told, onError } = listener();
    const twice: Task = () => ({
      // oxlint-disable-next-line unicorn/no-thenable -- misbehaving thenables are the subject
      then(resolve: () => void, reject: (error: Error) => void) {
        resolve();
        reject(new Error('late'));
        throw new Error('later');
      },
    });
    expect(await new BackgroundTasks({ onError }).run('twice', twice).done).to.equal('finished');
    expect(told).to.deep.equal([]);
    spans.take('twice');
  });

  it('logs to the diagnostics when onError throws or rejects', async () => {
    for (const onError of [() => Promise.reject(new Error('sink down')), (): never => expect.fail('sink down')]) {
      const tasks = new BackgroundTasks({ onError });
      expect(await tasks.run('audit', () => Promise.reject(new Error('no'))).done).to.equal('failed');
      expect(await tasks.run('audit', () => {}).done).to.equal('finished');
      spans.takeAll();
    }
    expect(said.filter((line) => line.includes('reporting a background task failed: sink down'))).to.have.length(2);
  });

  it('is logged once and then counted when onError throws each time', async () => {
    const tasks = new BackgroundTasks({ onError: (): never => expect.fail('sink down') });
    for (let failed = 0; failed < 30; failed++) await tasks.run('audit', () => Promise.reject(new Error('no'))).done;
    expect(said).to.have.length(2);
    expect(said[1]).to.contain('reporting a background task failed (10 times by now): sink down');
    spans.takeAll();
  });

  it('is logged by log without onError, and by the diagnostics without both', async () => {
    const lines: unknown[] = [];
    const log = { info: () => {}, warn: (...line: unknown[]) => void lines.push(...line) };
    const error = new Error('no');
    const task = new BackgroundTasks({ log }).run('audit', () => Promise.reject(error));
    await task.done;
    expect(lines).to.deep.equal([{ name: 'audit', traceId: task.traceId, outcome: 'failed', err: error }, 'Background task failed: no']);
    await new BackgroundTasks().run('bill', () => Promise.reject(error)).done;
    expect(said.join()).to.match(/background task "bill" failed, trace [0-9a-f]{32}: no/);
    spans.takeAll();
  });

  it('is logged to the diagnostics once for each type of error and then counted, without onError and log', async () => {
    const tasks = new BackgroundTasks();
    for (let failed = 0; failed < 100; failed++) await tasks.run('bill', () => Promise.reject(new Error(`no ${failed}`))).done;
    await tasks.run('bill', () => Promise.reject(new RangeError('too far'))).done;
    expect(said.map((line) => line.replace(/.*(background task)/, '$1').replace(/[0-9a-f]{32}/, 'id'))).to.deep.equal([
      'background task "bill" failed, trace id: no 0',
      'background task "bill" failed (10 times by now), trace id: no 9',
      'background task "bill" failed (100 times by now), trace id: no 99',
      'background task "bill" failed, trace id: too far',
    ]);
    spans.takeAll();
  });

  it('is logged in a bounded number of lines when each task has another name', async () => {
    const tasks = new BackgroundTasks();
    for (let id = 0; id < 1_000; id++) await tasks.run(`bill ${id}`, () => Promise.reject(new Error('no'))).done;
    expect(said).to.have.length(103);
    expect(said.at(-1)).to.contain('(100 times by now)');
    spans.takeAll();
  });

  it('fails with what it throws after its timeout aborted its signal', async () => {
    const { told, onError } = listener();
    const tasks = new BackgroundTasks({ onError, timeout: 5 });
    expect(await tasks.run('export', obedient).done).to.equal('timed_out');
    expect(told[0]?.error).to.be.instanceOf(ContextError).with.property('code', 'task_timeout');
    expect(told).to.have.length(1);
    expect(spans.take('export').attributes).to.include({ 'error.type': 'task_timeout', 'tracelink.task.outcome': 'timed_out' });
  });

  it('is finished when it completes its work in spite of its timeout', async () => {
    const { told, onError } = listener();
    const tasks = new BackgroundTasks({ onError, timeout: 60_000 });
    const late: Task = ({ signal }) => new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    expect(await tasks.run('export', late, { timeout: 5 }).done).to.equal('finished');
    expect(told).to.deep.equal([]);
    spans.take('export');
  });

  it('ends at its caller’s signal, or does not start when that is aborted already', async () => {
    const { told, onError } = listener();
    const tasks = new BackgroundTasks({ onError, concurrency: 1 });
    const controller = new AbortController();
    const started = Promise.withResolvers<void>();
    const begin: Task = (scope) => {
      started.resolve();
      return obedient(scope);
    };
    const running = tasks.run('running', begin, { signal: controller.signal });
    const waiting = tasks.run('waiting', () => expect.fail('it must not begin'), { signal: controller.signal });
    const never = tasks.run('never', () => expect.fail('it must not begin'), { signal: AbortSignal.abort('gone') });
    await started.promise;
    controller.abort('gone');
    expect(await Promise.all([running.done, waiting.done, never.done])).to.deep.equal(['failed', 'failed', 'failed']);
    expect(told.map(({ error }) => error)).to.deep.equal(['gone', 'gone', 'gone']);
    spans.takeAll();
  });
});

describe('a background task beside a span processor that throws', () => {
  const fail = (): never => {
    throw new Error('processor');
  };
  const spans = useTracing([{ onStart: fail, onEnd: fail, forceFlush: async () => {}, shutdown: async () => {} }]);

  it('is still done', async () => {
    const tasks = new BackgroundTasks();
    expect(await tasks.run('work', () => {}).done).to.equal('finished');
    expect(await tasks.drain()).to.include({ finished: 0 });
    spans.reset();
  });
});

describe('background tasks without an SDK', () => {
  it('run with signal and input, without a trace id', async () => {
    const { told, onError } = listener();
    const tasks = new BackgroundTasks({ onError, concurrency: 1 });
    const work: Task<number> = ({ signal, input, traceId }) =>
      expect([signal.aborted, input, traceId]).to.deep.equal([false, 7, undefined]);
    expect(await tasks.run('work', work, { input: 7 }).done).to.equal('finished');
    expect(await tasks.run('fails', () => Promise.reject(new Error('no'))).done).to.equal('failed');
    expect(told).to.have.length(1);
    expect(await tasks.drain()).to.deep.include({ finished: 0, abandoned: [] });
  });
});
