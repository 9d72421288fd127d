import { expect } from 'chai';
import type { Entry, Violation } from '../judge/journal.ts';
import { Ledger } from '../judge/ledger.ts';
import type { Fate } from '../plan/plan.ts';
import { deadLetterTopic, retryTopics } from '../plan/topic-names.ts';

const topic = 'orders';
const created: Entry = { kind: 'created', topic };
const joined: Entry = { kind: 'joined', member: 'a' };
const left: Entry = { kind: 'left', member: 'a' };
const begun = (id: number): Entry => ({ kind: 'begun', member: 'a', id });
const handled = (id: number): Entry[] => [begun(id), { kind: 'handled', member: 'a', id }];
const committing = (offset: number): Entry => ({ kind: 'committing', topic, partition: 0, offset });
const committed = (offset: number): Entry => ({ kind: 'committed', topic, partition: 0, offset });
const deadLettered = (id: number): Entry => ({ kind: 'dead-lettered', id, topic: deadLetterTopic(topic), partition: 0, offset: 0 });
const delayed = (id: number, offset = 0): Entry => ({ kind: 'delayed', id, topic: retryTopics(topic)[0] as string, partition: 0, offset });

/** All of one key. */
function sent(id: number, offset: number = id, fate: Fate = 'fine'): Entry {
  return { kind: 'sent', id, key: 0, fate, topic, partition: 0, offset };
}

function ledgerOf(entries: readonly (Entry | readonly Entry[])[], fromBeginning = true): Ledger {
  const ledger = new Ledger({ fromBeginning, sources: [topic, 'payments'] });
  for (const entry of entries.flat()) ledger.take(entry);
  return ledger;
}

function pendingOf(entries: readonly (Entry | readonly Entry[])[], fromBeginning = true): readonly number[] {
  return ledgerOf(entries, fromBeginning)
    .pending()
    .map(({ id }) => id);
}

function kindsOf(entries: readonly (Entry | readonly Entry[])[]): readonly Violation['kind'][] {
  return ledgerOf(entries)
    .close()
    .map(({ kind }) => kind);
}

describe('the ledger of a plan', () => {
  it('accepts records that are handled in order and committed afterwards', () => {
    const entries = [created, joined, sent(0), sent(1), handled(0), handled(1), committing(2), committed(2)];
    expect(kindsOf(entries)).to.deep.equal([]);
    expect(pendingOf(entries)).to.deep.equal([]);
  });

  it('keeps a record pending until it is handled or in the dead-letter topic', () => {
    expect(pendingOf([created, joined, sent(0), sent(1), begun(0)])).to.deep.equal([0, 1]);
    expect(pendingOf([created, joined, sent(0), sent(1), handled(0), deadLettered(1)])).to.deep.equal([]);
  });

  it('keeps a delayed record pending until it is handled', () => {
    expect(pendingOf([created, joined, sent(0), begun(0), delayed(0)])).to.deep.equal([0]);
    expect(pendingOf([created, joined, sent(0), begun(0), delayed(0), handled(0)])).to.deep.equal([]);
  });

  it('excuses records that Kafka removed: of a deleted topic, below the log start offset, in a deleted retry topic', () => {
    expect(pendingOf([created, joined, sent(0), { kind: 'deleted', topic }])).to.deep.equal([]);
    expect(pendingOf([created, joined, sent(0), sent(1), { kind: 'truncated', topic, partition: 0, offset: 1 }])).to.deep.equal([1]);
    expect(
      pendingOf([created, joined, sent(0), begun(0), delayed(0), { kind: 'deleted', topic: retryTopics(topic)[0] as string }]),
    ).to.deep.equal([]);
  });

  it('expects all records of a log that replaces another one', () => {
    expect(pendingOf([created, joined, sent(0), handled(0), { kind: 'deleted', topic }, created, sent(1, 0)])).to.deep.equal([1]);
  });

  it('finds a record that starts before the one before it in its key is done', () => {
    expect(kindsOf([created, joined, sent(0), sent(1), begun(0), begun(1)])).to.deep.equal(['order']);
    expect(kindsOf([created, joined, sent(0), sent(1), handled(0), begun(1), begun(0)])).to.deep.equal([]);
    expect(kindsOf([created, joined, sent(0), sent(1), begun(0), delayed(0), begun(1)])).to.deep.equal([]);
  });

  it('finds a commit that passes an unfinished record', () => {
    expect(kindsOf([created, joined, sent(0), sent(1), handled(0), committing(2)])).to.deep.equal(['commit']);
    expect(kindsOf([created, joined, sent(0), begun(0), delayed(0), committing(1)])).to.deep.equal([]);
  });

  it('finds a commit of a retry topic that passes a record that waits there', () => {
    const commit: Entry = { kind: 'committing', topic: retryTopics(topic)[0] as string, partition: 0, offset: 1 };
    expect(kindsOf([created, joined, sent(0), begun(0), delayed(0), commit])).to.deep.equal(['commit']);
    expect(kindsOf([created, joined, sent(0), begun(0), delayed(0), handled(0), commit])).to.deep.equal([]);
  });

  it('finds a dead-letter record that is reported and not written', () => {
    const told: Entry = { kind: 'told-dead-letter', member: 'a', id: 0 };
    expect(kindsOf([created, joined, sent(0, 0, 'poison'), begun(0), told])).to.deep.equal(['told']);
    expect(kindsOf([created, joined, sent(0, 0, 'poison'), begun(0), deadLettered(0), told])).to.deep.equal([]);
  });

  it('finds a member that is ok while a partition is blocked', () => {
    const blocked = { kind: 'told-blocked', member: 'a', topic, partition: 0, offset: 0, reason: 'no_dead_letters' } as const;
    expect(kindsOf([created, joined, { ...blocked, ok: true }])).to.deep.equal(['health']);
    expect(kindsOf([created, joined, { ...blocked, ok: false }])).to.deep.equal([]);
  });

  it('finds a member that was ok between two rejections of the same write', () => {
    const at = { member: 'a', topic, partition: 0, offset: 0 } as const;
    expect(kindsOf([created, joined, { kind: 'ok-while-blocked', ...at }])).to.deep.equal(['health']);
  });

  it('finds a record that starts far more often than allowed, unless an event allows it to start again', () => {
    const often = (times: number): Entry[] => Array.from({ length: times }, () => begun(0));
    const kinds = (entries: readonly (Entry | readonly Entry[])[]) => {
      const ledger = new Ledger({ fromBeginning: true, sources: [topic], attempts: 2 });
      for (const entry of [created, joined, sent(0, 0, 'poison'), entries].flat(2)) ledger.take(entry);
      return ledger.close().map(({ kind }) => kind);
    };
    expect(kinds(often(6))).to.deep.equal([]);
    expect(kinds(often(9))).to.deep.equal(['attempts']);
    expect(kinds([often(5), { kind: 'resumed', member: 'a' }, often(5)])).to.deep.equal([]);
    expect(kindsOf([created, joined, sent(0, 0, 'poison'), often(50)])).to.deep.equal([]);
  });

  it('finds a record of an aborted transaction that is handled', () => {
    expect(kindsOf([created, joined, { kind: 'aborted', id: 5 }, begun(5)])).to.deep.equal(['aborted']);
  });
});

describe('the entitlement of a group without fromBeginning', () => {
  const deleted: Entry = { kind: 'deleted', topic };

  it('starts with what is sent after its first subscribe resolved, also while no member runs', () => {
    expect(pendingOf([created, sent(0), joined, sent(1)], false)).to.deep.equal([1]);
    expect(pendingOf([created, joined, left, sent(0)], false)).to.deep.equal([0]);
  });

  it('continues in a recreated topic while a member runs, and without one for a group with other commits', () => {
    expect(pendingOf([created, joined, deleted, created, sent(0)], false)).to.deep.equal([0]);
    const other: Entry = { kind: 'committed', topic: 'payments', partition: 0, offset: 0 };
    expect(pendingOf([created, joined, other, left, deleted, created, sent(0)], false)).to.deep.equal([0]);
  });

  it('ends when the commits of the other topic are deleted, too, before a member asks for them', () => {
    const other: Entry = { kind: 'committed', topic: 'payments', partition: 0, offset: 0 };
    const gone: Entry = { kind: 'deleted', topic: 'payments' };
    const next: readonly Entry[] = [{ kind: 'rebalanced' }, { kind: 'joined', member: 'b' }];
    expect(pendingOf([created, joined, other, deleted, created, sent(0), left, next], false)).to.deep.equal([0]);
    expect(pendingOf([created, joined, other, deleted, created, sent(0), left, gone, next], false)).to.deep.equal([]);
  });

  it('ends with the group', () => {
    expect(pendingOf([created, joined, sent(0), left, { kind: 'group-deleted' }, sent(1), joined, sent(2)], false)).to.deep.equal([2]);
    expect(pendingOf([created, joined, sent(0), left, { kind: 'group-deleted' }, sent(1)], true)).to.deep.equal([0, 1]);
  });

  it('ends when nothing is left that shows that the group existed', () => {
    expect(pendingOf([created, joined, committed(0), left, deleted, created, sent(0)], false)).to.deep.equal([]);
    expect(pendingOf([created, joined, deleted, created, sent(0), left], false)).to.deep.equal([]);
    expect(pendingOf([created, joined, deleted, created, sent(0), committed(0), left], false)).to.deep.equal([0]);
  });
});
