import { PartitionLog } from '../../src/log/partition-log.ts';
import { GroupCoordinator } from '../../src/groups/group-coordinator.ts';
import { decodeBatch } from '../../src/records/decode-batch.ts';
import { encodeBatch } from '../../src/records/encode-batch.ts';
import { TransactionCoordinator } from '../../src/transactions/transaction-coordinator.ts';
import type { InitProducerIdRequest, InitProducerIdResult, TransactionalProducer } from '../../src/transactions/transaction-requests.ts';
import { CountingClock, noTopics } from '../groups/group-harness.ts';
import { batchesOf } from '../log/log-fixture.ts';

const logConfig = {
  timestampType: 'CreateTime',
  maxMessageBytes: 1_048_588,
  retentionMs: -1,
  retentionBytes: -1,
  cleanupPolicy: 'delete',
} as const;

/** A transaction coordinator with the logs of `orders` and the groups, as in a broker. */
export class TransactionHarness {
  readonly clock = new CountingClock();
  readonly groups = new GroupCoordinator({ clock: this.clock, topics: noTopics });
  readonly logs: PartitionLog[];
  readonly coordinator: TransactionCoordinator;
  coordinatorEpoch = 0;
  #ids = 999;
  readonly #sequences = new Map<string, number>();

  constructor(partitions = 2) {
    const { clock } = this;
    this.logs = Array.from(
      { length: partitions },
      (_, partition) => new PartitionLog({ topic: 'orders', partition, clock, config: () => logConfig }),
    );
    this.coordinator = new TransactionCoordinator({
      clock,
      allocateProducerId: () => (this.#ids += 1),
      log: (topic, partition) => (topic === 'orders' ? this.logs[partition] : undefined),
      group: (groupId) => this.groups.get(groupId),
      coordinatorEpoch: () => this.coordinatorEpoch,
    });
  }

  init(over: Partial<InitProducerIdRequest> = {}): InitProducerIdResult {
    return this.coordinator.initProducerId({
      transactionalId: 'tx',
      transactionTimeoutMs: 60_000,
      producerId: -1,
      producerEpoch: -1,
      ...over,
    });
  }

  /** A producer with an id and epoch. */
  producer(transactionalId = 'tx'): TransactionalProducer {
    const { producerId, producerEpoch } = this.init({ transactionalId });
    return { transactionalId, producerId, producerEpoch };
  }

  add(producer: TransactionalProducer, ...partitions: number[]): string[] {
    return this.coordinator.addPartitions({ ...producer, partitions: partitions.map((partition) => ({ topic: 'orders', partition })) });
  }

  end(producer: TransactionalProducer, commit: boolean): string {
    return this.coordinator.endTransaction({ ...producer, commit });
  }

  /** Appends one record as the producer's client would, and returns the partition's error. */
  produce(producer: TransactionalProducer, partition: number, value: string): string {
    const { transactionalId, producerId: id, producerEpoch: epoch } = producer;
    const key = `${id}/${epoch}/${partition}`;
    const sequence = this.#sequences.get(key) ?? 0;
    const batch = encodeBatch({
      records: [{ value: Buffer.from(value), timestamp: 0 }],
      producer: { id, epoch, sequence, transactional: true },
    });
    const allowTransactional = (producerId: number, producerEpoch: number): ReturnType<TransactionCoordinator['checkProduce']> =>
      this.coordinator.checkProduce({ transactionalId, producerId, producerEpoch, topic: 'orders', partition });
    const { error } = this.logs[partition]!.append(batch, { allowTransactional });
    if (error === 'NONE') this.#sequences.set(key, sequence + 1);
    return error;
  }

  /** The records that a `read_committed` consumer receives from a partition. */
  committed(partition: number): string[] {
    const log = this.logs[partition]!;
    const read = log.read({ offset: 0, maxBytes: 1e9, minOne: true, isolation: 'read_committed' });
    const aborted = [...(read.abortedTransactions ?? [])];
    const open = new Set<number>();
    const values: string[] = [];
    for (const record of batchesOf(read).flatMap((batch) => decodeBatch(batch))) {
      for (const { producerId, firstOffset } of aborted) if (firstOffset === record.offset) open.add(producerId);
      if (record.isControl) open.delete(record.producerId);
      else if (!open.has(record.producerId)) values.push(String(record.value));
    }
    return values;
  }

  /** The markers of a partition, as "producer id/epoch commit or abort, coordinator epoch". */
  markers(partition: number): string[] {
    const read = this.logs[partition]!.read({ offset: 0, maxBytes: 1e9, minOne: true, isolation: 'read_uncommitted' });
    return batchesOf(read)
      .flatMap((batch) => decodeBatch(batch))
      .filter(({ isControl }) => isControl)
      .map(
        ({ producerId, producerEpoch, key, value }) =>
          `${producerId}/${producerEpoch} ${key?.readInt16BE(2) === 1 ? 'commit' : 'abort'}, ${value?.readInt32BE(2)}`,
      );
  }
}
