import { setImmediate as turn } from 'node:timers/promises';
import { forEachDetached } from '@tracelink/context';
import { expect } from 'chai';
import { useTracing } from '../support/use-tracing.ts';

describe('forEachDetached with a signal', () => {
  const spans = useTracing();

  it('starts no item after its signal, finishes the items in flight, and closes the iterator', async () => {
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
    it(`abandons and counts items that ignore the signal beyond the grace period, ${concurrency} in flight`, async () => {
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

  it('abandons an iterator that never closes, and its last item', async () => {
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

  it('waits for the items in flight until the grace period ends', async () => {
    const control = new AbortController();
    const slow = async (): Promise<void> => {
      control.abort();
      for (let left = 0; left < 20; left++) await turn();
    };
    expect(await forEachDetached([1], slow, { signal: control.signal, grace: Infinity })).to.include({ finished: 1, abandoned: 0 });
    expect(await forEachDetached([1], () => {}, { signal: control.signal, grace: Infinity })).to.include({ finished: 0, aborted: true });
    spans.takeAll();
  });

  it('does not start an item that arrives with the signal', async () => {
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
