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
    /** Of the commit: the fingerprint, the latest timestamp, the completed offsets beyond it. */
    readonly by?: {
      readonly of?: string;
      readonly maxTimestamp?: number | undefined;
      readonly completed?: readonly (readonly [number, number])[];
    };
    /** This process' memory. */
    readonly memory?: {
      readonly position: number;
      readonly seenEnd?: number;
      readonly maxTimestamp?: number;
      readonly completed?: readonly [number, number];
    };
    readonly log: Partial<Record<'low' | 'high' | 'highWatermark' | 'firstAfter' | 'firstAfterNow', number>>;
    readonly start?: number;
    readonly position: number;
    readonly completed?: readonly (readonly [number, number])[];
    readonly maxTimestamp?: number | undefined;
    readonly opening?: Partial<Opening>;
  }
  const rows: readonly Row[] = [
    { when: 'starts at the beginning without a commit', log: { high: 9 }, position: 0, opening: { isNew: true, needsCommit: true } },
    {
      when: 'starts at the log start offset when the beginning was removed',
      log: { low: 4, high: 9 },
      position: 4,
      opening: { removed: undefined },
    },
    { when: 'starts a new group at its starting offset', log: { high: 9, firstAfterNow: 9 }, start: 9, position: 9, maxTimestamp: now },
    {
      when: 'knows no latest timestamp when clocks are ahead',
      log: { high: 9, firstAfterNow: 3 },
      start: 9,
      position: 9,
      maxTimestamp: undefined,
    },
    {
      when: 'continues at the commit',
      commit: 5,
      by: { maxTimestamp: 70 },
      log: { high: 9, firstAfter: 5 },
      position: 5,
      opening: { needsCommit: false },
    },
    { when: 'takes a commit without our metadata as it is', commit: 5, log: { high: 9, firstAfterNow: 9 }, position: 5, maxTimestamp: now },
    {
      when: 'accepts completed offsets of this log',
      commit: 5,
      by: { maxTimestamp: 70, completed: [[6, 7]] },
      log: { high: 9, firstAfter: 9 },
      position: 5,
      completed: [[6, 7]],
    },
    {
      when: 'asks for the latest timestamp of completed records when the commit does not hold it, also at the beginning of the log',
      commit: 0,
      by: { maxTimestamp: undefined, completed: [[1, 3]] },
      log: { high: 9, firstAfterNow: 9 },
      position: 0,
      completed: [[1, 3]],
      maxTimestamp: now,
    },
    {
      when: 'keeps a mirrored commit and drops its completed offsets',
      commit: 5,
      by: { of: 'elsewhere', maxTimestamp: 70, completed: [[6, 7]] },
      log: { high: 9, firstAfterNow: 9 },
      position: 5,
      completed: [],
    },
    {
      when: 'restarts when a later record stands below the commit',
      commit: 5,
      by: { maxTimestamp: 70, completed: [[6, 7]] },
      log: { high: 10, firstAfter: 0 },
      position: 0,
      completed: [],
      opening: { isRecreated: true, needsCommit: true, needsSeek: true },
    },
    { when: 'keeps a commit behind an open transaction', commit: 5, log: { high: 3, highWatermark: 6, firstAfter: 3 }, position: 5 },
    { when: 'stays behind it', memory: { position: 5 }, commit: 5, log: { high: 3, highWatermark: 6 }, position: 5 },
    { when: 'detects an uncommitted log', memory: { position: 5, maxTimestamp: 7 }, log: { high: 0, highWatermark: 6 }, position: 0 },
    { when: 'restarts when the log ends below the commit', commit: 5, log: { high: 3 }, position: 0, opening: { isRecreated: true } },
    {
      when: 'detects a new log of the same length by a record below the completed offsets',
      commit: 0,
      by: { maxTimestamp: 70, completed: [[1, 3]] },
      log: { high: 5, firstAfter: 0 },
      position: 0,
      completed: [],
      opening: { isRecreated: true },
    },
    {
      when: 'reports records that were removed before they were handled',
      commit: 5,
      by: { maxTimestamp: 70 },
      log: { low: 8, high: 10, firstAfter: 8 },
      position: 8,
      opening: { removed: { from: 5n, to: 8n, count: 3 }, needsCommit: true, isRecreated: false },
    },
    {
      when: 'keeps this process’s completed offsets beyond the commit',
      commit: 2,
      by: { maxTimestamp: 60 },
      memory: { position: 5, maxTimestamp: 70, completed: [7, 7] },
      log: { high: 9, firstAfter: 9 },
      position: 5,
      completed: [[7, 7]],
      opening: { needsCommit: true, isRecreated: false },
    },
    {
      when: 'follows what other members committed meanwhile',
      commit: 7,
      by: { maxTimestamp: 70 },
      memory: { position: 5, maxTimestamp: 60, completed: [7, 7] },
      log: { high: 9, firstAfter: 9 },
      position: 8,
      completed: [],
      maxTimestamp: 70,
    },
    {
      when: 'knows no latest timestamp when members of other software committed meanwhile',
      commit: 7,
      memory: { position: 5, maxTimestamp: 60 },
      log: { high: 9, firstAfter: 7 },
      position: 7,
      maxTimestamp: undefined,
    },
    {
      when: 'learns the latest timestamp when it asks the broker',
      commit: 5,
      by: { maxTimestamp: undefined },
      memory: { position: 5 },
      log: { high: 9, firstAfterNow: 9 },
      position: 5,
      maxTimestamp: now,
    },
    {
      when: 'continues at its position when its commits are gone and the log is the same',
      memory: { position: 5, maxTimestamp: 70 },
      log: { high: 9, firstAfter: 9 },
      start: 9,
      position: 5,
      opening: { isRecreated: false, needsCommit: true },
    },
    {
      when: 'restarts when its commits are gone and nothing proves that the log is the same',
      memory: { position: 5 },
      log: { high: 9, firstAfterNow: 9 },
      start: 9,
      position: 0,
      opening: { isRecreated: true },
    },
    {
      when: 'ignores the times of other partitions when it knows none of this one, as after an aborted transaction',
      commit: 5,
      memory: { position: 5 },
      log: { high: 5, firstAfter: 0 },
      position: 5,
      opening: { isRecreated: false, needsCommit: false },
    },
    {
      when: 'forgets what it did in another log, and ignores a commit that does not name this one',
      commit: 5,
      memory: { position: 5, maxTimestamp: 70, completed: [7, 7] },
      log: { high: 9, firstAfter: 0 },
      position: 0,
      completed: [],
      opening: { isRecreated: true, needsSeek: true },
    },
    {
      when: 'continues at another member’s commit in the new log',
      commit: 3,
      by: { maxTimestamp: 90 },
      memory: { position: 5, maxTimestamp: 70 },
      log: { high: 4, firstAfter: 3 },
      position: 3,
      opening: { isRecreated: true },
    },
    {
      when: 'keeps what it knows of this log when a commit is of another one',
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
        highWatermark: of.highWatermark === undefined ? undefined : BigInt(of.highWatermark),
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

  describe('whose log was read further without a sign that it is another one', () => {
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

    it('continues when the records of the last check are still there', () => {
      const { found, position } = readOn(5n, true);
      expect(found.isRecreated).to.equal(false);
      expect(position).to.equal(9n);
    });

    it('starts at the beginning when later records have replaced those of the last check', () => {
      const { found, position } = readOn(0n, true);
      expect(found).to.include({ isRecreated: true, needsSeek: true, needsCommit: true });
      expect(position).to.equal(0n);
    });

    it('continues at the commit of another member, which knows the log', () => {
      expect(readOn(0n, false)).to.deep.include({ position: 9n });
    });
  });

  describe('that became suspect after records that no check has confirmed', () => {
    function reopened(firstAfterTrusted: bigint) {
      const log = new PartitionLog('orders', 0, undefined);
      log.restart(0n, 0);
      log.saw(2n, 70);
      log.advance(2n);
      log.suspect();
      log.saw(3n, 90);
      log.suspect();
      const found = openLog(
        log,
        undefined,
        { topicId: 'id', low: 0n, high: 3n, firstAfter: 3n, firstAfterTrusted, firstAfterNow: undefined, now },
        'here',
        3n,
      );
      return { isRecreated: found.isRecreated, position: log.position, topicId: log.topicId };
    }

    it('continues when they are still there, and does not take the topic’s id for that of their log', () => {
      expect(reopened(2n)).to.deep.equal({ isRecreated: false, position: 2n, topicId: undefined });
    });

    it('starts at the beginning when later records have replaced them, though the next batch hides that', () => {
      expect(reopened(0n)).to.deep.equal({ isRecreated: true, position: 0n, topicId: 'id' });
    });
  });

  it('treats a negative commit as none, as Kafka and kafkajs write it', () => {
    for (const offset of ['-1', '-2', '']) {
      const log = new PartitionLog('orders', 0, undefined);
      const survey = { low: 0n, high: 9n, firstAfter: undefined, firstAfterNow: 9n, now };
      expect(openLog(log, { offset, metadata: null }, survey, 'here', 9n)).to.include({ isNew: true });
      expect(log.position).to.equal(9n);
    }
  });
});
