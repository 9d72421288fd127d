import { expect } from 'chai';
import { Journal, type Entry } from '../judge/journal.ts';
import { watchHealth } from '../scene/watch-health.ts';

describe('the watch of members’ health', () => {
  const blocked: Entry = {
    kind: 'told-blocked',
    member: 'a',
    topic: 'orders',
    partition: 0,
    offset: 0,
    reason: 'dead_letter_unwritable',
    ok: false,
  };
  const begun: Entry = { kind: 'begun', member: 'a', id: 1 };

  function told(...entries: readonly (Entry | 'ok' | 'not ok')[]): number {
    const journal = new Journal();
    let ok = false;
    watchHealth(journal, () => ok);
    for (const entry of entries)
      if (entry === 'ok' || entry === 'not ok') ok = entry === 'ok';
      else journal.write(entry);
    return journal.entries.filter(({ kind }) => kind === 'ok-while-blocked').length;
  }

  it('finds a member that was ok between two rejections of the same write', () => {
    expect(told(blocked, 'ok', begun, 'not ok', blocked)).to.equal(1);
    expect(told(blocked, begun, blocked)).to.equal(0);
  });

  it('reports nothing when the partition may have been blocked again', () => {
    expect(told(blocked, 'ok', begun, 'not ok', { kind: 'rebalanced' }, blocked)).to.equal(0);
    expect(told(blocked, 'ok', begun)).to.equal(0);
  });
});
