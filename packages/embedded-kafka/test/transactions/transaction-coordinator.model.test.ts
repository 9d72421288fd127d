import { expect } from 'chai';
import fc from 'fast-check';
import { TransactionHarness } from './transaction-harness.ts';
import type { TransactionalProducer } from '../../src/transactions/transaction-requests.ts';

interface Incarnation {
  readonly producer: TransactionalProducer;
  /** The records of its open transaction, by partition. */
  written: [partition: number, value: string][];
  added: Set<number>;
}

const partitions = 2;
const command = fc.record({
  what: fc.constantFrom('init', 'add', 'add', 'produce', 'produce', 'produce', 'commit', 'abort', 'advance'),
  transactionalId: fc.constantFrom('a', 'b'),
  /** The incarnation that sends: 0 is the newest, others are fenced. */
  age: fc.constantFrom(0, 0, 0, 1, 2),
  partition: fc.nat(partitions - 1),
});

describe('TransactionCoordinator under any sequence of producer actions', () => {
  it('shows exactly the committed records, in order, and none of fenced, aborted or timed out transactions', () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 80 }), (commands) => {
        const harness = new TransactionHarness(partitions);
        const incarnations: Record<string, Incarnation[]> = { a: [], b: [] };
        const committed: string[][] = [[], []];
        const fenced = new Set<Incarnation>();
        commands.forEach(({ what, transactionalId, age, partition }, i) => {
          const own = incarnations[transactionalId]!;
          if (what === 'init') {
            for (const old of own) fenced.add(old);
            own.push({ producer: harness.producer(transactionalId), written: [], added: new Set() });
          }
          if (what === 'advance') {
            harness.clock.advance(60_001);
            for (const each of Object.values(incarnations).flat()) if (each.added.size > 0) fenced.add(each);
          }
          const speaker = own.at(-1 - age);
          if (speaker === undefined) return;
          const isNewest = !fenced.has(speaker);
          if (what === 'add') {
            expect(harness.add(speaker.producer, partition)).to.deep.equal([isNewest ? 'NONE' : 'PRODUCER_FENCED']);
            if (isNewest) speaker.added.add(partition);
          } else if (what === 'produce') {
            const isOpen = isNewest && speaker.added.has(partition);
            const answer = harness.produce(speaker.producer, partition, `${i}`);
            expect(answer).to.equal(isOpen ? 'NONE' : isNewest ? 'INVALID_TXN_STATE' : 'INVALID_PRODUCER_EPOCH');
            if (isOpen) speaker.written.push([partition, `${i}`]);
          } else if (what === 'commit' || what === 'abort') {
            const answer = harness.end(speaker.producer, what === 'commit');
            if (!isNewest) expect(answer).to.equal('PRODUCER_FENCED');
            else if (speaker.added.size > 0) {
              expect(answer).to.equal('NONE');
              if (what === 'commit') for (const [at, value] of speaker.written) committed[at]!.push(value);
              [speaker.written, speaker.added] = [[], new Set()];
            }
          }
          expect(harness.coordinator.list().filter(({ state }) => state === 'Ongoing')).to.have.length(harness.clock.timers);
        });
        // Open transactions hide later records: they end now.
        harness.clock.advance(60_001);
        expect(harness.clock.timers).to.equal(0);
        for (const [partition, log] of harness.logs.entries()) {
          expect(harness.committed(partition)).to.have.members(committed[partition]!);
          expect(harness.committed(partition)).to.deep.equal(harness.committed(partition).toSorted((a, b) => Number(a) - Number(b)));
          expect(log.openTransactions()).to.deep.equal([]);
        }
      }),
      { numRuns: 500 },
    );
  });
});
