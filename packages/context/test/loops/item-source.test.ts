import { getEventListeners } from 'node:events';
import { Readable } from 'node:stream';
import { trace } from '@opentelemetry/api';
import { currentSignal, forEachDetached, withSignal, withSpan } from '@tracelink/context';
import { expect } from 'chai';
import { useDiagnostics } from '../support/use-diagnostics.ts';
import { useTracing } from '../support/use-tracing.ts';

const nothing = (): void => {};

describe('the items of forEachDetached', () => {
  const spans = useTracing();
  const said = useDiagnostics();

  it('may be any iterable that `for await` accepts', async () => {
    const seen: unknown[] = [];
    const plain = { [Symbol.asyncIterator]: undefined, [Symbol.iterator]: () => [undefined, 1].values() } as unknown as Iterable<unknown>;
    for (const items of ['a\u{1f600}', plain, new Set([2]), new Map([[3, 4]]), new Uint8Array([5])])
      await forEachDetached(items as Iterable<unknown>, (item) => seen.push(item));
    expect(seen).to.deep.equal(['a', '\u{1f600}', undefined, 1, 2, [3, 4], 5]);
    spans.takeAll();
  });

  it('fail the loop but not its caller when they cannot be iterated', async () => {
    const unopened = {
      [Symbol.iterator](): never {
        throw new Error('locked');
      },
    };
    const hollow = { [Symbol.asyncIterator]: () => ({ next: () => undefined }) } as never;
    expect((await forEachDetached(unopened, nothing)).sourceError).to.have.property('message', 'locked');
    expect((await forEachDetached(hollow, nothing)).sourceError).to.be.instanceOf(TypeError);
    spans.takeAll();
  });

  it('are produced in the loop’s context, without the request’s span and signal', async () => {
    const found: unknown[] = [];
    const own = new AbortController();
    async function* items(): AsyncGenerator<number> {
      try {
        found.push(currentSignal() === own.signal);
        withSpan('query', (span) => found.push(span.spanContext().spanId));
        trace.getActiveSpan()?.setAttribute('written', true);
        for (;;) yield 1;
      } finally {
        found.push(currentSignal() === own.signal);
      }
    }
    await withSpan('request', () =>
      withSignal(AbortSignal.abort(), () => forEachDetached(items(), () => own.abort(), { concurrency: 1, signal: own.signal })),
    );
    const [query, loop, request] = spans.takeAll();
    expect(found).to.deep.equal([true, query?.spanContext().spanId, true]);
    expect(query?.parentSpanContext?.spanId).to.equal(loop?.spanContext().spanId);
    expect(request?.attributes).not.to.have.property('written');
  });

  it('are abandoned at the signal when they never arrive, without a leak', async () => {
    const control = new AbortController();
    const waiting = Promise.withResolvers<void>();
    const late = Promise.withResolvers<IteratorResult<number>>();
    const closing = Promise.withResolvers<IteratorResult<number>>();
    const steps = [Promise.resolve({ done: false as const, value: 1 }), late.promise];
    const items: AsyncIterable<number> = {
      [Symbol.asyncIterator]: () => ({
        next() {
          if (steps.length === 1) waiting.resolve();
          return steps.shift() ?? late.promise;
        },
        return: () => closing.promise,
      }),
    };
    const loop = forEachDetached(items, nothing, { signal: control.signal });
    await waiting.promise;
    control.abort();
    expect(await loop).to.include({ finished: 1, failed: 0, aborted: true, sourceError: undefined });
    expect(getEventListeners(control.signal, 'abort')).to.deep.equal([]);
    // What comes too late belongs to no one, and must not end the process.
    late.reject(new Error('connection lost'));
    closing.reject(new Error('on return'));
    await new Promise(setImmediate);
    expect(said.join()).to.contain('closing the items of a loop failed').and.to.contain('on return');
    spans.takeAll();
  });

  it('yield to the event loop when neither they nor the task wait', async () => {
    const start = performance.now();
    function* busy(): Generator<number> {
      while (performance.now() - start < 5_000) yield 1;
    }
    const control = new AbortController();
    // A timer is what a stop, a deadline and everybody else's work come by.
    setTimeout(() => control.abort(), 1);
    const report = await forEachDetached(busy(), nothing, { signal: control.signal });
    expect(report.aborted).to.equal(true);
    expect(report.finished).to.be.above(0);
    spans.takeAll();
  });

  it('leave at most one listener on a long-lived signal', async () => {
    const { signal } = new AbortController();
    let most = 0;
    async function* items(): AsyncGenerator<number> {
      for (let item = 0; item < 1_000; item++) {
        most = Math.max(most, getEventListeners(signal, 'abort').length);
        yield item;
      }
    }
    await forEachDetached(items(), nothing, { signal });
    expect(most).to.be.at.most(1);
    expect(getEventListeners(signal, 'abort')).to.deep.equal([]);
    spans.takeAll();
  });

  it('may be a Node stream, which is destroyed when the loop leaves it', async () => {
    const stream = Readable.from(Array(100).keys());
    const control = new AbortController();
    const report = await forEachDetached(stream, (item: number) => item === 3 && control.abort(), {
      concurrency: 1,
      signal: control.signal,
    });
    expect(stream.destroyed).to.equal(true);
    expect(report).to.include({ finished: 4, aborted: true });
    spans.takeAll();
  });
});
