import { setImmediate as turn } from 'node:timers/promises';
import { context, propagation, SpanStatusCode, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { contextValue, ContextError, currentSignal, forEachDetached, traceId, withSignal, withSpan } from '@tracelink/context';
import { expect } from 'chai';
import { useDiagnostics } from '../support/use-diagnostics.ts';
import { useTracing } from '../support/use-tracing.ts';

const milliseconds = ([seconds, nanoseconds]: readonly [number, number] = [0, 0]): number => seconds * 1_000 + nanoseconds / 1_000_000;

describe('forEachDetached', () => {
  const spans = useTracing();
  const said = useDiagnostics();

  it('creates one span for 100,000 items, in the caller’s trace, and none for items that succeed', async () => {
    const seen = new Set<string | undefined>();
    let sum = 0;
    const report = await withSpan('request', () =>
      forEachDetached(Array.from({ length: 100_000 }).keys(), (item) => {
        seen.add(traceId());
        sum += item;
      }),
    );
    const [loop, request] = spans.takeAll();
    expect(sum).to.equal((100_000 * 99_999) / 2);
    expect(report).to.include({
      finished: 100_000,
      failed: 0,
      slow: 0,
      aborted: false,
      sourceError: undefined,
      traceId: request?.spanContext().traceId,
    });
    expect([...seen]).to.deep.equal([request?.spanContext().traceId]);
    expect(loop).to.include({ name: 'detached loop' });
    expect(loop?.parentSpanContext?.spanId).to.equal(request?.spanContext().spanId);
    expect(loop?.attributes).to.deep.equal({
      'tracelink.async': true,
      'tracelink.loop.finished': 100_000,
      'tracelink.loop.failed': 0,
      'tracelink.loop.slow': 0,
    });
  });

  it('creates a span with its own times for an item that fails or is slow, and continues', async () => {
    const told: unknown[] = [];
    const report = await forEachDetached(
      [1, 2, 3, 4],
      async (item) => {
        if (item === 2) throw new Error('two');
        if (item === 3) await new Promise((resolve) => setTimeout(resolve, 25));
      },
      { name: 'mail', concurrency: 2, slowAfter: 20, onError: (error, item) => told.push([(error as Error).message, item]) },
    );
    expect(report).to.include({ finished: 3, failed: 1, slow: 1 });
    expect(told).to.deep.equal([['two', 2]]);
    const [failed, slow, loop] = spans.takeAll();
    expect([failed?.name, slow?.name, loop?.name]).to.deep.equal(['mail item', 'mail item', 'mail']);
    expect(failed?.status).to.deep.equal({ code: SpanStatusCode.ERROR, message: 'two' });
    expect(slow?.status.code).to.equal(SpanStatusCode.UNSET);
    expect(milliseconds(slow?.duration)).to.be.within(20, 1_000);
    expect([failed, slow].map((span) => span?.parentSpanContext?.spanId)).to.deep.equal(Array(2).fill(loop?.spanContext().spanId));
    expect(loop?.status.code).to.equal(SpanStatusCode.UNSET);
  });

  it('gives an item that fails at once a valid span within the times of its loop', async () => {
    await forEachDetached(Array(50).keys(), () => Promise.reject(new Error('at once')));
    expect(said).to.deep.equal([]);
    const all = spans.takeAll();
    const loop = all.at(-1);
    for (const { startTime, endTime, events } of all) {
      // The system's clock gives the loop's start in whole milliseconds, and another reading of it the items'.
      expect(milliseconds(startTime)).to.be.at.least(milliseconds(loop?.startTime) - 1);
      expect(milliseconds(endTime)).to.be.within(milliseconds(startTime), milliseconds(loop?.endTime) + 1);
      for (const { time } of events) expect(milliseconds(time)).to.equal(milliseconds(endTime));
    }
  });

  it('creates at most the limit of item spans, and reports how many it omitted', async () => {
    const report = await forEachDetached(Array(10_000).keys(), () => Promise.reject(new Error('all')), { spanLimit: 3 });
    expect(report).to.include({ finished: 0, failed: 10_000 });
    const all = spans.takeAll();
    expect(all).to.have.length(4);
    expect(all.at(-1)?.attributes['tracelink.loop.spans_dropped']).to.equal(9_997);
  });

  it('copies baggage and detached values, but not the caller’s signal or span', async () => {
    const tenant = contextValue<string>('tenant', { detached: true });
    const chosen = contextValue<string>('chosen');
    const other = contextValue<string>('other');
    const own = new AbortController();
    const found: unknown[] = [];
    await withSignal(AbortSignal.abort(), () =>
      tenant.with('t', () =>
        chosen.with('c', () =>
          other.with('o', () =>
            forEachDetached(
              [0],
              () => {
                found.push(tenant.get(), chosen.get(), other.get(), currentSignal() === own.signal, propagation.getActiveBaggage());
                trace.getActiveSpan()?.setAttribute('written', true);
              },
              { keys: [chosen], signal: own.signal },
            ),
          ),
        ),
      ),
    );
    expect(found).to.deep.equal(['t', 'c', undefined, true, undefined]);
    expect(spans.take('detached loop').attributes).not.to.have.property('written');
  });

  it('starts a new trace with a link to the caller when the relation is link', async () => {
    await withSpan('request', () => forEachDetached([1], () => {}, { relation: 'link' }));
    const [loop, request] = spans.takeAll();
    expect(loop?.parentSpanContext).to.equal(undefined);
    expect(loop?.links.map(({ context }) => context.spanId)).to.deep.equal([request?.spanContext().spanId]);
  });

  it('runs as many items as its concurrency, and requests the next when one ends', async () => {
    let asked = 0;
    let atOnce = 0;
    let most = 0;
    let ahead = 0;
    let begun = 0;
    async function* items(): AsyncGenerator<number> {
      for (; asked < 50;) {
        await turn();
        yield asked++;
        ahead = Math.max(ahead, asked - begun);
      }
    }
    await forEachDetached(
      items(),
      async () => {
        begun++;
        most = Math.max(most, ++atOnce);
        for (let left = 0; left < 20; left++) await turn();
        atOnce--;
      },
      { concurrency: 3 },
    );
    expect([asked, most]).to.deep.equal([50, 3]);
    expect(ahead).to.be.at.most(1);
    expect(await forEachDetached([1], () => {}, { concurrency: Number.MAX_SAFE_INTEGER })).to.include({ finished: 1 });
    spans.takeAll();
  });

  it('never rejects, whatever items, tasks or onError throw', async () => {
    async function* failing(): AsyncGenerator<number> {
      yield 1;
      throw new Error('no more');
    }
    const report = await forEachDetached(failing(), () => Promise.reject(undefined), {
      onError: () => Promise.reject(new Error('onError')),
    });
    expect(report).to.deep.include({ finished: 0, failed: 1, aborted: false });
    expect(report.sourceError).to.have.property('message', 'no more');
    const [item, loop] = spans.takeAll();
    expect(item?.status.code).to.equal(SpanStatusCode.ERROR);
    expect(loop?.status).to.deep.equal({ code: SpanStatusCode.ERROR, message: 'no more' });

    const hostile = {
      [Symbol.iterator]: () => ({
        next: () => ({ done: false as const, value: 1 }),
        return: () => {
          throw new Error('on return');
        },
      }),
    };
    const control = new AbortController();
    const left = await forEachDetached(hostile, () => control.abort(), { signal: control.signal, concurrency: 1 });
    expect(left.sourceError).to.have.property('message', 'on return');
    // What a broken promise library returns.
    // oxlint-disable-next-line unicorn/no-thenable -- it is what is tested
    const thenable = Object.defineProperty({}, 'then', {
      get() {
        throw new Error('getter');
      },
    });
    expect(await forEachDetached([1], () => thenable)).to.include({ failed: 1 });
    expect(await forEachDetached([], () => {})).to.include({ finished: 0, failed: 0 });
    spans.takeAll();
  });

  it('rejects invalid arguments at once, and says what to write instead', () => {
    for (const [call, message] of [
      [() => forEachDetached(7 as never, () => {}), 'forEachDetached takes items that can be iterated: an array, a generator.'],
      [() => forEachDetached([], undefined as never), 'forEachDetached takes a task, a function of one item.'],
      [() => forEachDetached([], () => {}, null as never), 'forEachDetached takes an object of options, not null.'],
      [() => forEachDetached([], () => {}, { concurrency: 0 }), '"concurrency" is 0: it must be a whole number from 1.'],
      [
        () => forEachDetached([], () => {}, { grace: -1 }),
        '"grace" is -1: it must be a number of milliseconds from 0 to 2147483647, or Infinity.',
      ],
      [() => forEachDetached([], () => {}, { grace: '5' as never }), '"grace" is "5": it must be a number of milliseconds'],
      [() => forEachDetached([], () => {}, { keys: ['tenant'] as never }), '"keys" is ["tenant"]: it must be a list of context values.'],
      [
        () => forEachDetached([], () => {}, { keys: [undefined] as never }),
        '"keys" is another object: it must be a list of context values.',
      ],
      [
        () => forEachDetached([], () => {}, { slow: 1 } as never),
        'forEachDetached has no option "slow": use name, concurrency, slowAfter, spanLimit, signal, grace, relation, keys, onError.',
      ],
    ] as const)
      expect(call).to.throw(ContextError).with.property('message').that.contains(message);
  });

  it('creates its items’ spans in its own trace without a context manager', async () => {
    context.disable();
    try {
      const report = await forEachDetached([1], () => Promise.reject(new Error('one')));
      const [item, loop] = spans.takeAll();
      expect(item?.parentSpanContext?.spanId).to.equal(loop?.spanContext().spanId);
      expect(report.traceId).to.equal(loop?.spanContext().traceId);
    } finally {
      context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    }
  });

  it('gives all items one id without a trace', async () => {
    trace.disable();
    const seen = new Set<string | undefined>();
    const report = await forEachDetached([1, 2, 3], () => seen.add(traceId()));
    expect([...seen]).to.deep.equal([report.traceId]);
    expect(report.traceId).to.match(/^[0-9a-f]{32}$/);
  });
});
