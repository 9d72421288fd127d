import { expect } from 'chai';
import { EmbeddedKafkaError } from '../../src/core/embedded-kafka-error.ts';
import { TransactionHarness } from './transaction-harness.ts';

const offsets = [{ topic: 'orders', partition: 0, committedOffset: 7, committedLeaderEpoch: -1, committedMetadata: null }];

describe('TransactionCoordinator', () => {
  let harness: TransactionHarness;

  beforeEach(() => {
    harness = new TransactionHarness();
  });

  describe('InitProducerId', () => {
    it('returns a new producer id for each idempotent producer', () => {
      const given = [1, 2].map(() => harness.init({ transactionalId: null, transactionTimeoutMs: -1 }));
      expect(given).to.deep.equal([
        { error: 'NONE', producerId: 1_000, producerEpoch: 0 },
        { error: 'NONE', producerId: 1_001, producerEpoch: 0 },
      ]);
      expect(harness.coordinator.list()).to.deep.equal([]);
    });

    it('returns the same producer id with the next epoch each time for a transactional id', () => {
      expect([harness.init(), harness.init()].map(({ producerId, producerEpoch }) => [producerId, producerEpoch])).to.deep.equal([
        [1_000, 0],
        [1_000, 1],
      ]);
      expect(harness.init({ transactionalId: 'other' })).to.include({ producerId: 1_001, producerEpoch: 0 });
    });

    it('rejects an empty transactional id, half an identity, and a timeout of zero or above 15 minutes', () => {
      const nothing = { producerId: -1, producerEpoch: -1 };
      expect(harness.init({ transactionalId: '' })).to.deep.equal({ ...nothing, error: 'INVALID_REQUEST' });
      expect(harness.init({ producerId: 1_000 })).to.deep.equal({ ...nothing, error: 'INVALID_REQUEST' });
      expect(harness.init({ transactionalId: null, producerEpoch: 0 })).to.include({ error: 'INVALID_REQUEST' });
      for (const transactionTimeoutMs of [0, -1, 900_001, NaN]) {
        expect(harness.init({ transactionTimeoutMs })).to.deep.equal({ ...nothing, error: 'INVALID_TRANSACTION_TIMEOUT' });
      }
      expect(harness.init({ transactionTimeoutMs: 900_000 })).to.include({ error: 'NONE' });
    });

    it('aborts the open transaction of the previous incarnation, and fences that incarnation everywhere', () => {
      const old = harness.producer();
      harness.add(old, 0);
      expect(harness.produce(old, 0, 'lost')).to.equal('NONE');
      const next = harness.producer();
      expect(next.producerEpoch, 'one epoch to fence, one to go on').to.equal(2);
      expect(harness.markers(0)).to.deep.equal(['1000/1 abort, 0']);
      expect(harness.produce(old, 0, 'zombie')).to.equal('INVALID_PRODUCER_EPOCH');
      expect(harness.add(old, 0)).to.deep.equal(['PRODUCER_FENCED']);
      expect(harness.coordinator.addOffsets({ ...old, groupId: 'g' })).to.equal('PRODUCER_FENCED');
      expect(harness.coordinator.checkOffsetCommit({ ...old, groupId: 'g' })).to.equal('INVALID_PRODUCER_EPOCH');
      expect(harness.end(old, true)).to.equal('PRODUCER_FENCED');
      expect(harness.init({ producerId: old.producerId, producerEpoch: old.producerEpoch })).to.include({
        error: 'PRODUCER_FENCED',
        producerId: -1,
      });
      harness.add(next, 0);
      expect(harness.produce(next, 0, 'kept')).to.equal('NONE');
      expect(harness.end(next, true)).to.equal('NONE');
      expect(harness.committed(0)).to.deep.equal(['kept']);
      expect(harness.clock.timers).to.equal(0);
    });
  });

  describe('a transaction', () => {
    it('is visible to read_committed in all its partitions at once when it commits', () => {
      const producer = harness.producer();
      expect(harness.add(producer, 0, 1)).to.deep.equal(['NONE', 'NONE']);
      harness.produce(producer, 0, 'a');
      harness.produce(producer, 1, 'b');
      expect([harness.committed(0), harness.committed(1)]).to.deep.equal([[], []]);
      harness.coordinatorEpoch = 3;
      expect(harness.end(producer, true)).to.equal('NONE');
      expect([harness.committed(0), harness.committed(1)]).to.deep.equal([['a'], ['b']]);
      expect([harness.markers(0), harness.markers(1)]).to.deep.equal([['1000/0 commit, 3'], ['1000/0 commit, 3']]);
    });

    it('is not visible when it aborts, and its producer may start the next one with the same epoch', () => {
      const producer = harness.producer();
      harness.add(producer, 0);
      harness.produce(producer, 0, 'dropped');
      expect(harness.end(producer, false)).to.equal('NONE');
      harness.add(producer, 0);
      expect(harness.produce(producer, 0, 'kept')).to.equal('NONE');
      expect(harness.end(producer, true)).to.equal('NONE');
      expect(harness.committed(0)).to.deep.equal(['kept']);
      expect(harness.markers(0)).to.deep.equal(['1000/0 abort, 0', '1000/0 commit, 0']);
    });

    it('rejects batches for partitions that were not added, before it opens and after it ends', () => {
      const producer = harness.producer();
      expect(harness.produce(producer, 0, 'early')).to.equal('INVALID_TXN_STATE');
      harness.add(producer, 0);
      expect(harness.produce(producer, 1, 'elsewhere')).to.equal('INVALID_TXN_STATE');
      expect(harness.produce({ ...producer, producerId: 5 }, 0, 'wrong id')).to.equal('INVALID_PRODUCER_ID_MAPPING');
      expect(harness.produce({ ...producer, transactionalId: 'never' }, 0, 'unknown')).to.equal('INVALID_PRODUCER_ID_MAPPING');
      const unnamed = { transactionalId: null, producerId: 1_000, producerEpoch: 0, topic: 'orders', partition: 0 };
      expect(harness.coordinator.checkProduce(unnamed)).to.equal('TRANSACTIONAL_ID_AUTHORIZATION_FAILED');
      harness.end(producer, true);
      expect(harness.produce(producer, 0, 'late')).to.equal('INVALID_TXN_STATE');
      harness.add(producer, 1);
      expect(harness.produce(producer, 0, 'of the one before')).to.equal('INVALID_TXN_STATE');
    });

    it('adds no partition when one of them does not exist', () => {
      const producer = harness.producer();
      expect(harness.add(producer, 0, 2, 1)).to.deep.equal([
        'OPERATION_NOT_ATTEMPTED',
        'UNKNOWN_TOPIC_OR_PARTITION',
        'OPERATION_NOT_ATTEMPTED',
      ]);
      expect(harness.coordinator.describe('tx')).to.deep.include({ state: 'Empty', partitions: [] });
    });

    it('rejects requests of other producers', () => {
      const producer = harness.producer();
      for (const [over, error] of [
        [{ transactionalId: 'never' }, 'INVALID_PRODUCER_ID_MAPPING'],
        [{ transactionalId: '' }, 'INVALID_REQUEST'],
        [{ producerId: 5 }, 'INVALID_PRODUCER_ID_MAPPING'],
        [{ producerEpoch: 1 }, 'PRODUCER_FENCED'],
      ] as const) {
        expect(harness.add({ ...producer, ...over }, 0)).to.deep.equal([error]);
        expect(harness.coordinator.addOffsets({ ...producer, ...over, groupId: 'g' })).to.equal(error);
        expect(harness.end({ ...producer, ...over }, true)).to.equal(error);
      }
    });

    it('answers a repeated end with NONE, and the other end with INVALID_TXN_STATE', () => {
      const producer = harness.producer();
      expect([harness.end(producer, true), harness.end(producer, false)]).to.deep.equal(['INVALID_TXN_STATE', 'INVALID_TXN_STATE']);
      for (const commit of [true, false]) {
        harness.add(producer, 0);
        expect([harness.end(producer, commit), harness.end(producer, commit), harness.end(producer, !commit)]).to.deep.equal([
          'NONE',
          'NONE',
          'INVALID_TXN_STATE',
        ]);
      }
      expect(harness.markers(0)).to.have.length(2);
      expect(harness.end(harness.producer(), false), 'an end from another incarnation').to.equal('INVALID_TXN_STATE');
    });

    it('ends although one of its topics was deleted', () => {
      const producer = harness.producer();
      harness.add(producer, 0, 1);
      harness.logs.pop();
      expect(harness.end(producer, true)).to.equal('NONE');
      expect(harness.markers(0)).to.have.length(1);
    });

    it('has ended already when a listener reads one of its markers', () => {
      const producer = harness.producer();
      harness.add(producer, 0, 1);
      const seen: unknown[] = [];
      harness.logs[0]!.onChange(() => seen.push(harness.coordinator.describe('tx')?.state, harness.end(producer, true)));
      harness.end(producer, true);
      expect(seen).to.deep.equal(['CompleteCommit', 'NONE']);
    });
  });

  describe('group offsets in a transaction', () => {
    const groupId = 'g';
    const commit = (producerId: number): string[] =>
      harness.groups.commitPending({ groupId, memberId: '', groupInstanceId: null, generationId: -1, producerId, offsets });
    const fetched = (): unknown => {
      const [offset] = harness.groups.fetchOffsets({ groupId, partitions: offsets, requireStable: true });
      return [offset?.error, offset?.committedOffset];
    };

    it('are committed with the records, or discarded with them', () => {
      const producer = harness.producer();
      for (const [committed, expected] of [
        [false, -1],
        [true, 7],
      ] as const) {
        expect(harness.coordinator.addOffsets({ ...producer, groupId })).to.equal('NONE');
        expect(harness.coordinator.checkOffsetCommit({ ...producer, groupId })).to.equal('NONE');
        expect(commit(producer.producerId)).to.deep.equal(['NONE']);
        expect(fetched()).to.deep.equal(['UNSTABLE_OFFSET_COMMIT', -1]);
        harness.end(producer, committed);
        expect(fetched()).to.deep.equal(['NONE', expected]);
      }
    });

    it('are rejected for a group that was not added', () => {
      const producer = harness.producer();
      harness.add(producer, 0);
      expect(harness.coordinator.checkOffsetCommit({ ...producer, groupId })).to.equal('INVALID_TXN_STATE');
      harness.coordinator.addOffsets({ ...producer, groupId });
      harness.end(producer, true);
      harness.add(producer, 0);
      expect(harness.coordinator.checkOffsetCommit({ ...producer, groupId }), 'in the one before').to.equal('INVALID_TXN_STATE');
    });

    it('may belong to a group that was never created or is gone', () => {
      const producer = harness.producer();
      harness.coordinator.addOffsets({ ...producer, groupId });
      expect(harness.end(producer, true)).to.equal('NONE');
      expect(harness.groups.list()).to.deep.equal([]);
    });
  });

  describe('the transaction timeout', () => {
    it('aborts the transaction and fences the producer, which must initialize again', () => {
      const producer = harness.producer();
      harness.add(producer, 0);
      harness.produce(producer, 0, 'slow');
      harness.clock.advance(50_000);
      harness.add(producer, 1);
      expect(harness.coordinator.describe('tx'), 'time runs from the first partition on').to.include({ state: 'Ongoing' });
      harness.clock.advance(10_000);
      expect(harness.coordinator.describe('tx')).to.include({ state: 'CompleteAbort', producerEpoch: 1, startTimestamp: -1 });
      expect(harness.markers(0)).to.deep.equal(['1000/1 abort, 0']);
      expect(harness.produce(producer, 0, 'later')).to.equal('INVALID_PRODUCER_EPOCH');
      expect(harness.end(producer, true)).to.equal('PRODUCER_FENCED');
      expect(harness.producer().producerEpoch).to.equal(2);
      expect(harness.clock.timers).to.equal(0);
    });

    it('is that of the newest incarnation', () => {
      harness.init();
      const { producerId, producerEpoch } = harness.init({ transactionTimeoutMs: 1_000 });
      harness.add({ transactionalId: 'tx', producerId, producerEpoch }, 0);
      harness.clock.advance(1_000);
      expect(harness.coordinator.describe('tx')).to.include({ state: 'CompleteAbort', transactionTimeoutMs: 1_000 });
    });

    it('does not fire for a transaction that ended', () => {
      const producer = harness.producer();
      harness.add(producer, 0);
      harness.end(producer, true);
      harness.clock.advance(100_000);
      expect(harness.coordinator.describe('tx')).to.include({ state: 'CompleteCommit', producerEpoch: 0 });
    });

    it('can be forced while a transaction is open', () => {
      const producer = harness.producer();
      expect(() => harness.coordinator.expire('tx'))
        .to.throw(EmbeddedKafkaError, 'tx')
        .with.property('code', 'not_found');
      expect(() => harness.coordinator.expire('never')).to.throw(EmbeddedKafkaError, 'never');
      harness.add(producer, 0);
      harness.coordinator.expire('tx');
      expect(harness.end(producer, true)).to.equal('PRODUCER_FENCED');
      expect(harness.clock.timers).to.equal(0);
    });
  });

  it('describes open transactions', () => {
    const producer = harness.producer();
    harness.producer('other');
    const before = harness.clock.now();
    harness.add(producer, 1);
    harness.coordinator.addOffsets({ ...producer, groupId: 'g' });
    const description = harness.coordinator.describe('tx');
    expect(description).to.deep.include({ ...producer, state: 'Ongoing', transactionTimeoutMs: 60_000, groupIds: ['g'] });
    expect(description?.partitions).to.deep.equal([{ topic: 'orders', partition: 1 }]);
    expect(description?.startTimestamp).to.be.within(before, harness.clock.now());
    expect(harness.coordinator.list().map(({ transactionalId }) => transactionalId)).to.deep.equal(['tx', 'other']);
    expect(harness.coordinator.describe('never')).to.equal(undefined);
  });

  it('leaves no timer when it is closed', () => {
    harness.add(harness.producer(), 0);
    harness.add(harness.producer('other'), 0);
    harness.init({ transactionalId: 'idle' });
    harness.coordinator.close();
    expect(harness.clock.timers).to.equal(0);
  });
});
