import { expect } from 'chai';
import { highWatermarks, type HighWatermark } from '../../../src/client/port/high-watermarks.ts';

const ends = [
  { partition: 0, high: '10' },
  { partition: 1, high: '20' },
];

describe('the high watermarks of a topic', () => {
  let asked: string[] = [];
  beforeEach('forget what was asked', () => void (asked = []));
  const source = {
    async fetchHighWatermarks(topic: string): Promise<HighWatermark[]> {
      asked.push(topic);
      // The third partition was added meanwhile.
      return [0, 1, 2].map((partition) => ({ partition, offset: '25' }));
    },
  };
  const of = async (offsets: readonly bigint[], from: Parameters<typeof highWatermarks>[0] = source) =>
    Object.fromEntries(await highWatermarks(from, 'orders', ends, new Map(offsets.entries())));

  it('are the known ends, for which no broker is asked, when no offset is beyond them', async () => {
    expect(await of([10n, -1n])).to.deep.equal({ 0: 10n, 1: 20n });
    expect(asked).to.deep.equal([]);
  });

  it('are asked when an offset is beyond its known end, and count for that partition', async () => {
    expect(await of([11n, 20n, 99n])).to.deep.equal({ 0: 25n, 1: 20n });
    expect(asked).to.deep.equal(['orders']);
  });

  it('are the known ends when the client does not tell them', async () => {
    expect(await of([11n, 21n], {})).to.deep.equal({ 0: 10n, 1: 20n });
  });
});
