import { setImmediate as turn } from 'node:timers/promises';
import { forEachDetached } from '@tracelink/context';
import { expect } from 'chai';
import { useTracing } from '../support/use-tracing.ts';

describe('forEachDetached with a signal', () => {
  const spans = useTracing();

  it('begins nothing after its signal, lets the items in flight end, and closes the iterator', async () => {
    const control = new AbortController();
    const done: number[] = [];
    let isClosed = false;
    function* endless(): Generator<number> {
      try {
        for (let item = 0; ; item++) yield item;
      } finally {
        isClosed = true;
      }
    }
    const report = await forEachDetached(
      endless(),
      async (item) => {
        if (item === 7) control.abort();
        await turn();
        done.push(item);
      },
      { concurrency: 4, signal: control.signal },
    );
    expect(report).to.include({ aborted: true, finished: done.length, failed: 0 });
    expect(done).to.include(7);
    expect(done.length).to.be.at.most(12);
    expect(isClosed).to.equal(true);
    expect(spans.take('detached loop').attributes['tracelink.loop.aborted']).to.equal(true);
  });

  for (const concurrency of [2, 10]) {
    it(`leaves items that ignore the signal behind when their grace is over, and counts them, ${concurrency} in flight`, async () => {
      const control = new AbortController();
      const never = Promise.withResolvers<void>();
      const told: unknown[] = [];
      const report = await forEachDetached(
        ['deaf', 'deaf', 'never begun'].values(),
        (item) => {
          if (told.push(item) === 2) control.abort();
          return never.promise;
        },
        { concurrency, signal: control.signal, grace: 1, onError: (error) => told.push(error) },
      );
      expect(report).to.include({ finished: 0, failed: 0, abandoned: 2, aborted: true });
      const loop = spans.take('detached loop');
      expect(loop.attributes).to.include({ 'tracelink.loop.abandoned': 2, 'tracelink.loop.aborted': true });
      // What fails later is told, too.
      const late = new Error('late');
      never.reject(late);
      await turn();
      expect(told).to.deep.equal(['deaf', 'deaf', late, late]);
      expect(report.abandoned).to.equal(2);
      for (const span of spans.takeAll()) expect(span.name).to.equal('detached loop item');
    });
  }

  it('leaves an iterator that never closes, and an item that was its last', async () => {
    const control = new AbortController();
    const items = {
      [Symbol.asyncIterator]: () => ({
        next: async () => ({ done: false as const, value: 1 }),
        return: () => new Promise<never>(() => {}),
      }),
    };
    const unclosed = await forEachDetached(items, () => control.abort(), { signal: control.signal, grace: 1 });
    expect(unclosed).to.include({ finished: 1, abandoned: 0, aborted: true });
    const last = await forEachDetached([1], () => new Promise(() => {}), { signal: AbortSignal.timeout(1), grace: 1 });
    expect(last).to.include({ finished: 0, abandoned: 1, aborted: true });
    spans.takeAll();
  });

  it('waits for the items in flight as long as their grace goes on', async () => {
    const control = new AbortController();
    const slow = async (): Promise<void> => {
      control.abort();
      for (let left = 0; left < 20; left++) await turn();
    };
    expect(await forEachDetached([1], slow, { signal: control.signal, grace: Infinity })).to.include({ finished: 1, abandoned: 0 });
    expect(await forEachDetached([1], () => {}, { signal: control.signal, grace: Infinity })).to.include({ finished: 0, aborted: true });
    spans.takeAll();
  });

  it('does not begin an item that it was given while the signal came', async () => {
    const control = new AbortController();
    let late = 0;
    const begin = (item: number): void => {
      if (control.signal.aborted) late++;
      if (item === 3) void Promise.resolve().then(() => control.abort());
    };
    const report = await forEachDetached(Array(100).keys(), begin, { signal: control.signal, concurrency: 20 });
    expect(report.aborted).to.equal(true);
    expect(late).to.equal(0);
    expect(await forEachDetached([1], begin, { signal: control.signal })).to.include({ finished: 0, aborted: true });
    spans.takeAll();
  });
});
