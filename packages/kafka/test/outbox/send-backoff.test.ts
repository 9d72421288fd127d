import { expect } from 'chai';
import { SendBackoff } from '../../src/outbox/relay/send-backoff.ts';
import type { OutboxRow } from '../../src/outbox/table/outbox-table.ts';

const refusal = new Error('refused');

const row = (id: number, key: string | null = null): OutboxRow => {
  const rest = { value: null, headers: {}, timestamp: '0', added: '1970-01-01T00:00:00.000000Z', addedAt: 0, size: 1, heldPartition: null };
  return { id: String(id), key: key === null ? null : Buffer.from(key), ...rest };
};

describe('SendBackoff', () => {
  // All that has failed is due at once.
  const backoff = { initial: 0, factor: 1, max: 0, jitter: 0 };
  const held = (rows: readonly OutboxRow[]): SendBackoff => {
    const held = new SendBackoff('orders', backoff);
    for (const each of rows) held.fail({ kind: 'message', row: each }, [each], refusal);
    return held;
  };
  const rows = (count: number, key?: string): OutboxRow[] =>
    Array.from({ length: count }, (_, id) => row(id, key === undefined ? null : `${key} ${id}`));

  it('tells when the next attempt is due when 200,000 messages have failed', () => {
    const many = held(rows(200_000));
    expect(many.nextDue).to.be.at.most(performance.now());
    many.open();
    expect(many.excluded.ids).to.have.length(199_999);
  });

  for (const [what, key] of [
    ['messages without a key', undefined],
    ['keys', 'key'],
  ] as const)
    it(`releases refused ${what} one by one, that which waits the longest first, and none for the page after`, () => {
      const [first, second, third] = rows(3, key);
      const some = held([first, second, third].filter((each) => each !== undefined));
      const excluded = (): number => some.excluded.ids.length + some.excluded.keys.length;
      for (const each of [first, second, third, first]) {
        some.open();
        expect(excluded()).to.equal(2);
        if (each !== undefined) some.fail({ kind: 'message', row: each }, [each], refusal);
        some.open();
        expect(excluded()).to.equal(3);
      }
    });

  it('releases one more for each that succeeds, until one fails', () => {
    const some = held(rows(20));
    const released: number[] = [];
    for (const isSent of [true, true, true, false, true]) {
      const before = new Set(some.excluded.ids);
      some.open();
      const open = [...before].filter((id) => !some.excluded.ids.includes(id)).map((id) => row(Number(id)));
      released.push(open.length);
      for (const each of open)
        if (isSent) some.succeed({ kind: 'message', row: each });
        else some.fail({ kind: 'message', row: each }, [each], refusal);
      some.open();
    }
    expect(released).to.deep.equal([1, 2, 4, 8, 1]);
  });

  it('releases partitions together, for every other page', () => {
    const some = held([]);
    for (const partition of [0, 1]) some.fail({ kind: 'partition', partition }, [row(partition)], refusal);
    some.open();
    expect(some.excluded.partitions).to.deep.equal([]);
    for (const partition of [0, 1]) some.fail({ kind: 'partition', partition }, [row(partition)], refusal);
    some.open();
    expect(some.excluded.partitions).to.deep.equal([0, 1]);
    some.open();
    expect(some.excluded.partitions).to.deep.equal([]);
  });
});
