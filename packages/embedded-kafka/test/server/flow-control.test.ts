import { expect } from 'chai';
import fc from 'fast-check';
import { FrameQueue } from '../../src/server/flow-control.ts';

describe('the frame queue of a connection', () => {
  it('is first in, first out, and full above 64 frames or 4 MiB, after any sequence of operations', () => {
    const frame = fc.constantFrom(0, 100, 1024 * 1024, 5 * 1024 * 1024).map((size) => Buffer.allocUnsafeSlow(size));
    const step = fc.oneof(
      { weight: 6, arbitrary: fc.tuple(frame, fc.integer({ min: 1, max: 40 })) },
      { weight: 5, arbitrary: fc.constant('shift' as const) },
      { weight: 1, arbitrary: fc.constant('clear' as const) },
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const queue = new FrameQueue();
        const expected: Buffer[] = [];
        for (const each of steps) {
          if (each === 'shift') expect(queue.shift()).to.equal(expected.shift());
          else if (each === 'clear') {
            queue.clear();
            expected.length = 0;
          } else {
            const [pushed, times] = each;
            for (let time = 0; time < times; time++) {
              queue.push(pushed);
              expected.push(pushed);
            }
          }
          const bytes = expected.reduce((sum, { length }) => sum + length, 0);
          expect(queue.isFull).to.equal(expected.length > 64 || bytes > 4 * 1024 * 1024);
        }
      }),
    );
  });
});
