import { checkWhole, EmbeddedKafkaError } from '../core/embedded-kafka-error.ts';
import type { Cluster } from '../cluster/cluster.ts';
import type { Partition } from '../cluster/partition.ts';
import type { DecodedRecord } from '../records/decode-batch.ts';
import { encodeBatch } from '../records/encode-batch.ts';

/** A record to append to a topic. Strings are written as UTF-8. */
export interface RecordToAppend {
  /** @default null */
  readonly key?: string | Buffer | null;
  /** Null is a tombstone in a compacted topic. */
  readonly value: string | Buffer | null;
  /** Null is a header without a value. @default {} */
  readonly headers?: Readonly<Record<string, string | Buffer | null>>;
  /** Milliseconds since the Unix epoch; -1 for no timestamp, as some clients write it. @default the broker's clock */
  readonly timestamp?: number;
}

/** A topic, for tests that inspect it or append to it without a client. */
export class TopicHandle {
  readonly name: string;
  readonly #cluster: Cluster;

  constructor(name: string, cluster: Cluster) {
    this.name = name;
    this.#cluster = cluster;
  }

  /** The partition count; 0 when the topic does not exist. */
  get partitions(): number {
    return this.#cluster.topics.get(this.name)?.partitions.length ?? 0;
  }

  /**
   * All records of a partition, decoded and in order of their offsets, including those of open and aborted
   * transactions.
   *
   * @throws {EmbeddedKafkaError} `not_found` when the partition does not exist; `invalid_option` when it is not a whole
   *   number of at least 0
   */
  records(partition: number): DecodedRecord[] {
    return this.#partition(partition).log.records();
  }

  /**
   * Appends records as one batch, as a non-idempotent producer would.
   *
   * @returns the offset of the first record
   * @throws {EmbeddedKafkaError} `not_found` when the partition does not exist; `invalid_option` when there are no
   *   records, a timestamp is invalid, or the topic rejects the records, with its reason
   */
  append(partition: number, records: readonly RecordToAppend[]): number {
    if (records.length === 0) throw new EmbeddedKafkaError('invalid_option', 'A batch has at least one record');
    for (const { timestamp } of records) if (timestamp !== undefined) checkWhole('timestamp', timestamp, -1);
    const now = this.#cluster.options.clock.now();
    const batch = encodeBatch({
      records: records.map(({ key = null, value, headers = {}, timestamp = now }) => ({
        key: bytes(key),
        value: bytes(value),
        timestamp,
        headers: Object.entries(headers).map(([name, text]) => ({ key: name, value: bytes(text) })),
      })),
    });
    const result = this.#partition(partition).log.append(batch, { allowTransactional: () => 'INVALID_TXN_STATE' });
    if (result.error === 'NONE') return result.baseOffset;
    throw new EmbeddedKafkaError('invalid_option', `The topic ${this.name} rejects these records: ${result.errorMessage ?? result.error}`);
  }

  /**
   * Makes another broker the leader of a partition, in a new leader epoch. Clients that ask the old leader receive
   * NOT_LEADER_OR_FOLLOWER.
   *
   * @throws {EmbeddedKafkaError} `not_found` when the partition does not exist or no broker with this id is up;
   *   `invalid_option` when `partition` or `nodeId` is not a whole number in range
   */
  moveLeader(partition: number, nodeId: number): void {
    checkWhole('nodeId', nodeId, 1);
    this.#cluster.requireUp(nodeId);
    this.#partition(partition).moveLeader(nodeId);
  }

  #partition(index: number): Partition {
    checkWhole('partition', index, 0);
    const partition = this.#cluster.topics.partition(this.name, index);
    if (partition === undefined) throw new EmbeddedKafkaError('not_found', `There is no partition ${index} of the topic ${this.name}`);
    return partition;
  }
}

function bytes(value: string | Buffer | null): Buffer | null {
  return typeof value === 'string' ? Buffer.from(value) : value;
}
