import { AsyncLocalStorage } from 'node:async_hooks';
import { context, propagation, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace, type Span } from '@opentelemetry/api';
import { BackgroundTasks, ContextError, contextValue, currentSignal, traceFields, withSignal } from '@tracelink/context';
import { expect } from 'chai';
import { useTracing } from '../support/use-tracing.ts';

const tenant = contextValue<string>('tenant', { detached: true });
const transaction = contextValue<string>('transaction');

/** Runs `fn` as a request does, inside a span that ends before anything that it started goes on. */
function request<R>(fn: () => R): { readonly span: Span; readonly result: R } {
  const span = trace.getTracer('test').startSpan('request');
  const result = context.with(trace.setSpan(ROOT_CONTEXT, span), fn);
  span.end();
  return { span, result };
}

describe('BackgroundTasks', () => {
  const spans = useTracing();

  it('returns before any of the task’s code runs, with the trace id of the request', async () => {
    const tasks = new BackgroundTasks();
    const order: string[] = [];
    const { span, result: task } = request(() => {
      const started = tasks.run('audit', () => void order.push('task'));
      order.push('returned');
      return started;
    });
    expect(task).to.include({ name: 'audit', state: 'running', traceId: span.spanContext().traceId });
    expect(await task.done).to.equal('finished');
    expect(order).to.deep.equal(['returned', 'task']);
    expect([task.state, await task.accepted]).to.deep.equal(['finished', true]);
    spans.takeAll();
  });

  it('gives a task a span of its own duration, as a child of the request’s span', async () => {
    const tasks = new BackgroundTasks();
    const gate = Promise.withResolvers<void>();
    const { span, result: task } = request(() => tasks.run('audit', () => gate.promise, { attributes: { 'order.id': 7 } }));
    expect(spans.take('request')).to.include({ ended: true });
    expect(spans.open()).to.deep.equal(['audit']);
    gate.resolve();
    await task.done;
    const own = spans.take('audit');
    expect(own.kind).to.equal(SpanKind.INTERNAL);
    expect(own.parentSpanContext?.spanId).to.equal(span.spanContext().spanId);
    expect(own.status.code).to.equal(SpanStatusCode.UNSET);
    expect(own.attributes).to.deep.equal({ 'order.id': 7, 'tracelink.async': true, 'tracelink.task.outcome': 'finished' });
  });

  it('gives a task a new trace with a link to the request when the relation is link', async () => {
    const tasks = new BackgroundTasks({ relation: 'link' });
    const { span, result } = request(() => [tasks.run('linked', () => {}), tasks.run('child', () => {}, { relation: 'parent' })] as const);
    await Promise.all(result.map((task) => task.done));
    const linked = spans.take('linked');
    expect(linked.parentSpanContext).to.equal(undefined);
    expect(linked.links.map((link) => link.context.spanId)).to.deep.equal([span.spanContext().spanId]);
    expect(result[0].traceId).to.equal(linked.spanContext().traceId).and.not.equal(span.spanContext().traceId);
    expect(spans.take('child').parentSpanContext?.spanId).to.equal(span.spanContext().spanId);
    spans.take('request');
  });

  it('copies the context at the call: values, baggage, ids for logs, and no cancellation', async () => {
    const tasks = new BackgroundTasks();
    const aborted = AbortSignal.abort(new Error('client gone'));
    const seen: unknown[] = [];
    const work = async ({ signal, traceId }: { signal: AbortSignal; traceId: string | undefined }): Promise<void> => {
      await Promise.resolve();
      const baggage = propagation.getActiveBaggage()?.getEntry('plan')?.value;
      const { trace_id: logged, span_id: spanId } = traceFields();
      seen.push(tenant.get(), transaction.get(), baggage, logged === traceId, signal === currentSignal(), signal.aborted, spanId);
    };
    const { result: task } = request(() =>
      context.with(propagation.setBaggage(context.active(), propagation.createBaggage({ plan: { value: 'gold' } })), () =>
        tenant.with('acme', () => transaction.with('t1', () => withSignal(aborted, () => tasks.run('audit', work)))),
      ),
    );
    await task.done;
    expect(seen).to.deep.equal(['acme', undefined, 'gold', true, true, false, spans.take('audit').spanContext().spanId]);

    seen.length = 0;
    await transaction.with('t2', () => tasks.run('named', work, { keys: [transaction] })).done;
    expect(seen[1]).to.equal('t2');
    spans.takeAll();
  });

  it('runs a waiting task in its own caller’s AsyncLocalStorages', async () => {
    const requestId = new AsyncLocalStorage<string>();
    const tasks = new BackgroundTasks({ concurrency: 1 });
    const seen: (string | undefined)[] = [];
    const started = ['a', 'b', 'c'].map((id) =>
      requestId.run(id, () => tasks.run('task', async () => void seen.push(requestId.getStore()))),
    );
    await Promise.all(started.map((task) => task.done));
    expect(seen).to.deep.equal(['a', 'b', 'c']);
    spans.takeAll();
  });

  it('passes the input to the task', async () => {
    await using tasks = new BackgroundTasks();
    const seen = Promise.withResolvers<number>();
    tasks.run('ship', ({ input }) => seen.resolve(input.orderId), { input: { orderId: 7 } });
    expect(await seen.promise).to.equal(7);
    await tasks.drain();
    spans.takeAll();
  });

  it('lists running tasks with name, age and trace id until they end', async () => {
    const tasks = new BackgroundTasks();
    const gate = Promise.withResolvers<void>();
    const task = tasks.run('export', () => gate.promise);
    const [running, ...others] = tasks.running();
    expect(others).to.deep.equal([]);
    expect(running).to.include({ name: 'export', traceId: task.traceId });
    expect(running?.ageMs).to.be.within(0, 10_000);
    gate.resolve();
    await task.done;
    expect(tasks.running()).to.deep.equal([]);
    spans.take('export');
  });

  it('starts the task of a task as its child', async () => {
    const tasks = new BackgroundTasks();
    const inner = Promise.withResolvers<string>();
    const outer = tasks.run('outer', () => void tasks.run('inner', () => {}).done.then(inner.resolve));
    await outer.done;
    expect(await inner.promise).to.equal('finished');
    expect(spans.take('inner').parentSpanContext?.spanId).to.equal(spans.take('outer').spanContext().spanId);
  });

  it('rejects invalid calls at once, before it starts a span', () => {
    const tasks = new BackgroundTasks();
    const wrong: (() => unknown)[] = [
      () => tasks.run('', () => {}),
      () => tasks.run(7 as never, () => {}),
      () => tasks.run('task', 'no function' as never),
      ...[0, -1, Number.NaN, 2 ** 31, '5'].map((timeout) => () => tasks.run('task', () => {}, { timeout: timeout as number })),
      () => tasks.run('task', () => {}, { relation: 'child' as never }),
      () => tasks.run('task', () => {}, { signal: {} as never }),
      () => tasks.run('task', () => {}, { signal: null as never }),
      () => tasks.run('task', () => {}, { keys: tenant as never }),
      () => tasks.run('task', () => {}, { keys: [undefined] as never }),
    ];
    for (const call of wrong) expect(call).to.throw(ContextError).with.property('code', 'invalid_option');
  });

  it('rejects unknown and invalid options', () => {
    const wrong: unknown[] = [
      { concurrent: 1 },
      { toString: 1 },
      { concurrency: 0 },
      { concurrency: 1.5 },
      { backlog: -1 },
      { overflow: 'drop' },
      { overflow: 'spill' },
      { spill: 'topic' },
      { timeout: 0 },
      { timeout: 2 ** 31 },
      { relation: 'none' },
      { onError: true },
      { log: {} },
      null,
      7,
    ];
    for (const options of wrong) {
      expect(() => new BackgroundTasks(options as never), JSON.stringify(options))
        .to.throw(ContextError)
        .with.property('code', 'invalid_option');
    }
  });

  it('takes frozen options, and options that are explicitly undefined', async () => {
    const tasks = new BackgroundTasks(Object.freeze({ concurrency: Infinity, backlog: Infinity, timeout: Infinity, log: console }));
    const options = Object.freeze({ attributes: Object.freeze({ a: 1 }), keys: Object.freeze([tenant]) });
    expect(await tasks.run('task', () => {}, options).done).to.equal('finished');
    expect(() => new BackgroundTasks({ onError: undefined } as never)).to.not.throw();
    spans.take('task');
  });
});
