import type { ApiError } from '../core/error-codes.ts';
import {
  batchLayout,
  type BatchHeader,
  compressionOf,
  isControl,
  isTransactional,
  LENGTH_PREFIX,
  readBatchHeader,
  CorruptRecordsError,
} from './batch-header.ts';
import { crc32c } from './crc32c.ts';

/** The topic configs that limit a batch. */
export interface BatchLimits {
  /** The topic config `max.message.bytes`: the size of the whole batch as it was sent, compressed or not. */
  readonly maxMessageBytes: number;
}

/**
 * Validates a produced batch without decoding its records: there must be exactly one batch of magic 2, with the right
 * checksum and consistent counts. Source: the checks of `ProduceRequest.validateRecords`, `UnifiedLog` and
 * `LogValidator` of Apache Kafka, in their order.
 */
export function checkBatch(records: Buffer | null, { maxMessageBytes }: BatchLimits): BatchHeader | ApiError {
  if (records === null || records.length === 0) return invalid('Produce requests must have a record batch for each partition');
  if (records.length <= batchLayout.magic) return invalid(`A record batch cannot have ${records.length} bytes`);
  // Message sets of magic 0 and 1 have their magic at the same position, and may be shorter than a header of magic 2.
  const magic = records.readInt8(batchLayout.magic);
  if (magic !== 2) return invalid(`Only record batches of magic version 2 are taken, not ${magic}`);
  const sizeInBytes = records.readInt32BE(batchLayout.batchLength) + LENGTH_PREFIX;
  if (sizeInBytes < batchLayout.records) return corrupt(`A record batch cannot have ${sizeInBytes} bytes`);
  if (sizeInBytes > records.length) return invalid(`A record batch that says to have ${sizeInBytes} bytes came in ${records.length}`);
  if (sizeInBytes < records.length) return invalid('Produce requests must have exactly one record batch for each partition');
  if (sizeInBytes > maxMessageBytes) {
    const message = `The record batch has ${sizeInBytes} bytes, which exceeds the maximum configured value of ${maxMessageBytes}`;
    return { error: 'MESSAGE_TOO_LARGE', message };
  }
  const crc = crc32c(records.subarray(batchLayout.attributes));
  if (crc !== records.readUInt32BE(batchLayout.crc)) return corrupt('Record batch is corrupt: its checksum is not that of its bytes');
  return readChecked(records);
}

function readChecked(records: Buffer): BatchHeader | ApiError {
  try {
    const header = readBatchHeader(records);
    return headerProblem(header) ?? header;
  } catch (error) {
    if (error instanceof CorruptRecordsError) return invalid(error.message);
    throw error;
  }
}

function headerProblem(header: BatchHeader): ApiError | undefined {
  const { baseOffset, lastOffsetDelta, recordCount, producerId, producerEpoch, baseSequence } = header;
  if (baseOffset !== 0) return invalid(`The base offset of a record batch to append should be 0, but it is ${baseOffset}`);
  if (recordCount <= 0) return invalid(`Invalid reported count for record batch: ${recordCount}`);
  if (lastOffsetDelta !== recordCount - 1) {
    return invalid(`Inconsistent batch offset range: last offset delta ${lastOffsetDelta} of ${recordCount} records`);
  }
  if (isControl(header)) return invalid('Clients are not allowed to write control records');
  if (compressionOf(header) === undefined) return invalid(`Unknown compression type in attributes ${header.attributes}`);
  if (producerId >= 0 && (baseSequence < 0 || producerEpoch < 0)) {
    return invalid(`Invalid sequence number ${baseSequence} or epoch ${producerEpoch} of producer ${producerId}`);
  }
  if (isTransactional(header) && producerId < 0) return invalid('A transactional record batch needs a producer id');
  return undefined;
}

function invalid(message: string): ApiError {
  return { error: 'INVALID_RECORD', message };
}

function corrupt(message: string): ApiError {
  return { error: 'CORRUPT_MESSAGE', message };
}
