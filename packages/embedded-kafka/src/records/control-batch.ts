import { batchAttributes } from './batch-header.ts';
import { encodeBatch } from './encode-batch.ts';

/** A transaction's end, as it is written into each partition that the transaction wrote to. */
export interface ControlBatch {
  readonly baseOffset: number;
  readonly partitionLeaderEpoch: number;
  readonly producerId: number;
  readonly producerEpoch: number;
  /** Whether the transaction's records count, or are to be passed over. */
  readonly commit: boolean;
  readonly coordinatorEpoch: number;
  /** Milliseconds since the Unix epoch. */
  readonly timestamp: number;
}

/** Makes the marker that ends a transaction. It takes one offset. Source: `ControlRecordType` and `EndTxnMarker` of Apache Kafka. */
export function encodeControlBatch(marker: ControlBatch): Buffer {
  const key = Buffer.alloc(4);
  key.writeInt16BE(marker.commit ? 1 : 0, 2);
  const value = Buffer.alloc(6);
  value.writeInt32BE(marker.coordinatorEpoch, 2);
  return encodeBatch({
    records: [{ key, value, timestamp: marker.timestamp }],
    producer: { id: marker.producerId, epoch: marker.producerEpoch, sequence: -1, transactional: true },
    baseOffset: marker.baseOffset,
    partitionLeaderEpoch: marker.partitionLeaderEpoch,
    attributes: batchAttributes.control,
  });
}
