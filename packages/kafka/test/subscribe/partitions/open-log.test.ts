import { expect } from 'chai';
import { encodeCommitMetadata } from '../../../src/subscribe/partitions/commit-metadata.ts';
import { CompletedOffsets } from '../../../src/subscribe/partitions/completed-offsets.ts';
import type { LogSurvey } from '../../../src/subscribe/partitions/log-survey.ts';
import { openLog, type Opening } from '../../../src/subscribe/partitions/open-log.ts';
import { PartitionLog } from '../../../src/subscribe/partitions/partition-log.ts';

const now = 10_000;
const beginning = -1n;

describe('opening a partition', () => {
  interface Row {
    readonly when: string;
    readonly commit?: number;
    /** Of the commit: the fingerprint, the latest time, what completed beyond it. */
    readonly by?: {
      readonly of?: string;
      readonly maxTimestamp?: number | undefined;
      readonly completed?: readonly (readonly [number, number])[];
    };
    /** What this process knows. */
    readonly memory?: {
      readonly position: number;
      readonly seenEnd?: number;
      readonly maxTimestamp?: number;
      readonly completed?: readonly [number, number];
    };
    readonly log: Partial<Record<'low' | 'high' | 'firstAfter' | 'firstAfterNow', number>>;
    readonly start?: number;
    readonly position: number;
    readonly completed?: readonly (readonly [number, number])[];
    readonly maxTimestamp?: number | undefined;
    readonly opening?: Partial<Opening>;
  }
  const rows: readonly Row[] = [
    { when: 'begins at the beginning without a commit', log: { high: 9 }, position: 0, opening: { isNew: true, needsCommit: true } },
    { when: 'begins at what is left of it', log: { low: 4, high: 9 }, position: 4, opening: { removed: undefined } },
    { when: 'begins where a new group does', log: { high: 9, firstAfterNow: 9 }, start: 9, position: 9, maxTimestamp: now },
    {
      when: 'knows no time of a log with clocks ahead',
      log: { high: 9, firstAfterNow: 3 },
      start: 9,
      position: 9,
      maxTimestamp: undefined,
    },
    {
      when: 'goes on at the commit',
      commit: 5,
      by: { maxTimestamp: 70 },
      log: { high: 9, firstAfter: 5 },
      position: 5,
      opening: { needsCommit: false },
    },
    { when: 'takes a commit without our metadata as it is', commit: 5, log: { high: 9, firstAfterNow: 9 }, position: 5, maxTimestamp: now },
    {
      when: 'believes completed offsets of this log',
      commit: 5,
      by: { maxTimestamp: 70, completed: [[6, 7]] },
      log: { high: 9, firstAfter: 9 },
      position: 5,
      completed: [[6, 7]],
    },
    {
      when: 'asks how late the records are that completed where the commit does not say it, also at the beginning of the log',
      commit: 0,
      by: { maxTimestamp: undefined, completed: [[1, 3]] },
      log: { high: 9, firstAfterNow: 9 },
      position: 0,
      completed: [[1, 3]],
      maxTimestamp: now,
    },
    {
      when: 'keeps a mirrored commit and drops what it says of offsets',
      commit: 5,
      by: { of: 'elsewhere', maxTimestamp: 70, completed: [[6, 7]] },
      log: { high: 9, firstAfterNow: 9 },
      position: 5,
      completed: [],
    },
    {
      when: 'begins anew where a later record stands below the commit',
      commit: 5,
      by: { maxTimestamp: 70, completed: [[6, 7]] },
      log: { high: 10, firstAfter: 0 },
      position: 0,
      completed: [],
      opening: { isRecreated: true, needsCommit: true, needsSeek: true },
    },
    { when: 'begins anew where the log ends below the commit', commit: 5, log: { high: 3 }, position: 0, opening: { isRecreated: true } },
    {
      when: 'tells a log of the same length by a record below what had completed',
      commit: 0,
      by: { maxTimestamp: 70, completed: [[1, 3]] },
      log: { high: 5, firstAfter: 0 },
      position: 0,
      completed: [],
      opening: { isRecreated: true },
    },
    {
      when: 'says what was removed before it was handled',
      commit: 5,
      by: { maxTimestamp: 70 },
      log: { low: 8, high: 10, firstAfter: 8 },
      position: 8,
      opening: { removed: { from: 5n, to: 8n }, needsCommit: true, isRecreated: false },
    },
    {
      when: 'keeps what this process did beyond the commit',
      commit: 2,
      by: { maxTimestamp: 60 },
      memory: { position: 5, maxTimestamp: 70, completed: [7, 7] },
      log: { high: 9, firstAfter: 9 },
      position: 5,
      completed: [[7, 7]],
      opening: { needsCommit: true, isRecreated: false },
    },
    {
      when: 'follows what other members did meanwhile',
      commit: 7,
      by: { maxTimestamp: 70 },
      memory: { position: 5, maxTimestamp: 60, completed: [7, 7] },
      log: { high: 9, firstAfter: 9 },
      position: 8,
      completed: [],
      maxTimestamp: 70,
    },
    {
      when: 'does not know how late the records are that members of other software handled meanwhile',
      commit: 7,
      memory: { position: 5, maxTimestamp: 60 },
      log: { high: 9, firstAfter: 7 },
      position: 7,
      maxTimestamp: undefined,
    },
    {
      when: 'learns how late its records are at most once the broker was asked',
      commit: 5,
      by: { maxTimestamp: undefined },
      memory: { position: 5 },
      log: { high: 9, firstAfterNow: 9 },
      position: 5,
      maxTimestamp: now,
    },
    {
      when: 'goes on where it was when its commits are gone and the log is the same',
      memory: { position: 5, maxTimestamp: 70 },
      log: { high: 9, firstAfter: 9 },
      start: 9,
      position: 5,
      opening: { isRecreated: false, needsCommit: true },
    },
    {
      when: 'begins anew when its commits are gone and nothing proves the log to be the same',
      memory: { position: 5 },
      log: { high: 9, firstAfterNow: 9 },
      start: 9,
      position: 0,
      opening: { isRecreated: true },
    },
    {
      when: 'takes the time of other partitions for no proof where it knows none of this one, as after an aborted transaction',
      commit: 5,
      memory: { position: 5 },
      log: { high: 5, firstAfter: 0 },
      position: 5,
      opening: { isRecreated: false, needsCommit: false },
    },
    {
      when: 'forgets what it did in another log, and believes no commit that does not name this one',
      commit: 5,
      memory: { position: 5, maxTimestamp: 70, completed: [7, 7] },
      log: { high: 9, firstAfter: 0 },
      position: 0,
      completed: [],
      opening: { isRecreated: true, needsSeek: true },
    },
    {
      when: 'goes on where another member is by now in the new log',
      commit: 3,
      by: { maxTimestamp: 90 },
      memory: { position: 5, maxTimestamp: 70 },
      log: { high: 4, firstAfter: 3 },
      position: 3,
      opening: { isRecreated: true },
    },
    {
      when: 'does not let a commit of another log take what it knows of this one',
      commit: 50,
      by: { maxTimestamp: 70 },
      memory: { position: 5, maxTimestamp: 70 },
      log: { high: 9, firstAfter: 9 },
      position: 5,
      opening: { isRecreated: false, needsCommit: true },
    },
  ];

  for (const { when, commit, by, memory, log: of, start, position, completed, opening, ...row } of rows)
    it(when, () => {
      const log = new PartitionLog('orders', 0, undefined);
      if (memory !== undefined) {
        log.restart(BigInt(memory.position), memory.maxTimestamp);
        log.seenEnd = BigInt(memory.seenEnd ?? memory.position);
        if (memory.completed) log.completed.add({ first: BigInt(memory.completed[0]), last: BigInt(memory.completed[1]) });
      }
      const ranges = CompletedOffsets.of((by?.completed ?? []).map(([first, last]) => ({ first: BigInt(first), last: BigInt(last) })));
      const metadata = by && encodeCommitMetadata(BigInt(commit ?? 0), by.of ?? 'here', by.maxTimestamp, ranges);
      const survey: LogSurvey = {
        low: BigInt(of.low ?? 0),
        high: BigInt(of.high ?? 0),
        firstAfter: of.firstAfter === undefined ? undefined : BigInt(of.firstAfter),
        firstAfterNow: of.firstAfterNow === undefined ? undefined : BigInt(of.firstAfterNow),
        now,
      };
      const committed = commit === undefined ? undefined : { offset: String(commit), metadata: metadata ?? null };
      const found = openLog(log, committed, survey, 'here', start === undefined ? beginning : BigInt(start));
      expect(log.position).to.equal(BigInt(position));
      if (completed !== undefined)
        expect(log.completed.ranges).to.deep.equal(completed.map(([first, last]) => ({ first: BigInt(first), last: BigInt(last) })));
      if ('maxTimestamp' in row) expect(log.maxTimestamp).to.equal(row.maxTimestamp);
      expect(found).to.deep.include(opening ?? {});
    });

  describe('whose log was read on without a sign that it is another one', () => {
    function readOn(firstAfterVerified: bigint, ours: boolean) {
      const log = new PartitionLog('orders', 0, undefined);
      log.restart(5n, 70);
      const of = { low: 0n, firstAfterNow: undefined, now };
      openLog(log, { offset: '5', metadata: null }, { ...of, high: 5n, firstAfter: 5n }, 'here', beginning);
      log.saw(9n, 90);
      log.advance(9n);
      const commit = { offset: '9', metadata: encodeCommitMetadata(9n, 'here', 90, new CompletedOffsets()) };
      log.committed = ours ? `${commit.offset}/${commit.metadata}` : undefined;
      const found = openLog(log, commit, { ...of, high: 9n, firstAfter: 9n, firstAfterVerified }, 'here', beginning);
      return { found, position: log.position };
    }

    it('goes on where what was seen at the last look is still there', () => {
      const { found, position } = readOn(5n, true);
      expect(found.isRecreated).to.equal(false);
      expect(position).to.equal(9n);
    });

    it('begins at its beginning where later records have taken the place of what was seen at the last look', () => {
      const { found, position } = readOn(0n, true);
      expect(found).to.include({ isRecreated: true, needsSeek: true, needsCommit: true });
      expect(position).to.equal(0n);
    });

    it('goes on at the commit of another member, which knows the log', () => {
      expect(readOn(0n, false)).to.deep.include({ position: 9n });
    });
  });

  it('takes a negative commit for none, as Kafka and kafkajs write it', () => {
    for (const offset of ['-1', '-2', '']) {
      const log = new PartitionLog('orders', 0, undefined);
      const survey = { low: 0n, high: 9n, firstAfter: undefined, firstAfterNow: 9n, now };
      expect(openLog(log, { offset, metadata: null }, survey, 'here', 9n)).to.include({ isNew: true });
      expect(log.position).to.equal(9n);
    }
  });
});
