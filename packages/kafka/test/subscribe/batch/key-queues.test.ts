import { setImmediate as turn } from 'node:timers/promises';
import { expect } from 'chai';
import fc from 'fast-check';
import { runQueues } from '../../../src/subscribe/batch/key-queues.ts';

describe('key queues', () => {
  it('run every item, each queue in order, as many at once as the limit and no more', async () => {
    const items = fc.array(fc.record({ queue: fc.constantFrom('a', 'b', 'c', undefined), turns: fc.nat({ max: 3 }) }), { maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(items, fc.integer({ min: 1, max: 5 }), async (given, limit) => {
        const numbered = given.map((item, index) => ({ ...item, index }));
        const ran: typeof numbered = [];
        let atOnce = 0;
        let most = 0;
        const running = new Set<string>();
        await runQueues(numbered, {
          limit,
          queueOf: ({ queue }) => queue,
          isStopped: () => false,
          run: async (item) => {
            most = Math.max(most, ++atOnce);
            if (item.queue !== undefined) {
              expect(running.has(item.queue)).to.equal(false);
              running.add(item.queue);
            }
            ran.push(item);
            for (let left = item.turns; left > 0; left--) await turn();
            if (item.queue !== undefined) running.delete(item.queue);
            atOnce--;
          },
        });
        expect(ran.toSorted((one, other) => one.index - other.index)).to.deep.equal(numbered);
        for (const name of ['a', 'b', 'c']) {
          const indexes = ran.filter((item) => item.queue === name).map(({ index }) => index);
          expect(indexes).to.deep.equal(indexes.toSorted((one, other) => one - other));
        }
        expect(most).to.be.at.most(limit);
        const queues = new Set(numbered.map(({ queue, index }) => queue ?? index)).size;
        if (numbered.every(({ turns }) => turns > 0)) expect(most).to.equal(Math.min(limit, queues));
      }),
      { numRuns: 50 },
    );
  });

  it('start nothing after they were stopped', async () => {
    const ran: number[] = [];
    await runQueues([1, 2, 3, 4], {
      limit: 2,
      queueOf: () => undefined,
      isStopped: () => ran.length >= 2,
      run: async (item) => void ran.push(item),
    });
    expect(ran).to.deep.equal([1, 2]);
  });

  it('yield to the event loop, also when no item awaits anything', async () => {
    let hasTurned = false;
    setImmediate(() => (hasTurned = true));
    let ran = 0;
    await runQueues(Array(10_000).keys(), {
      limit: 4,
      queueOf: (index) => String(index % 4),
      isStopped: () => hasTurned,
      run: async () => {
        ran++;
        for (const start = performance.now(); performance.now() - start < 0.1;);
      },
    });
    expect(ran).to.be.lessThan(10_000);
  });
});
