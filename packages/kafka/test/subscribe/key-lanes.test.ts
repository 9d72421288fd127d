import { setImmediate as turn } from 'node:timers/promises';
import { expect } from 'chai';
import fc from 'fast-check';
import { runLanes } from '../../src/subscribe/key-lanes.ts';

describe('lanes', () => {
  it('run every item, each lane in its order, no more at once than the limit, and as many as that where there are', async () => {
    const items = fc.array(fc.record({ lane: fc.constantFrom('a', 'b', 'c', undefined), turns: fc.nat({ max: 3 }) }), { maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(items, fc.integer({ min: 1, max: 5 }), async (given, limit) => {
        const numbered = given.map((item, index) => ({ ...item, index }));
        const ran: typeof numbered = [];
        let atOnce = 0;
        let most = 0;
        const running = new Set<string>();
        await runLanes(numbered, {
          limit,
          laneOf: ({ lane }) => lane,
          isStopped: () => false,
          run: async (item) => {
            most = Math.max(most, ++atOnce);
            if (item.lane !== undefined) {
              expect(running.has(item.lane)).to.equal(false);
              running.add(item.lane);
            }
            ran.push(item);
            for (let left = item.turns; left > 0; left--) await turn();
            if (item.lane !== undefined) running.delete(item.lane);
            atOnce--;
          },
        });
        expect(ran.toSorted((one, other) => one.index - other.index)).to.deep.equal(numbered);
        for (const lane of ['a', 'b', 'c']) {
          const indexes = ran.filter((item) => item.lane === lane).map(({ index }) => index);
          expect(indexes).to.deep.equal(indexes.toSorted((one, other) => one - other));
        }
        expect(most).to.be.at.most(limit);
        const lanes = new Set(numbered.map(({ lane, index }) => lane ?? index)).size;
        if (numbered.every(({ turns }) => turns > 0)) expect(most).to.equal(Math.min(limit, lanes));
      }),
      { numRuns: 50 },
    );
  });

  it('begin nothing after they were stopped', async () => {
    const ran: number[] = [];
    await runLanes([1, 2, 3, 4], {
      limit: 2,
      laneOf: () => undefined,
      isStopped: () => ran.length >= 2,
      run: async (item) => void ran.push(item),
    });
    expect(ran).to.deep.equal([1, 2]);
  });

  it('let the event loop turn, also when no item waits for anything', async () => {
    let hasTurned = false;
    setImmediate(() => (hasTurned = true));
    let ran = 0;
    await runLanes(Array(10_000).keys(), {
      limit: 4,
      laneOf: (index) => String(index % 4),
      isStopped: () => hasTurned,
      run: async () => {
        ran++;
        for (const start = performance.now(); performance.now() - start < 0.1;);
      },
    });
    expect(ran).to.be.lessThan(10_000);
  });
});
