import { errorCodes, type ErrorName } from '../../core/error-codes.ts';
import type { AppendResult } from '../../log/log-requests.ts';
import type { Request } from '../../wire/apis/apis.ts';
import { type Handler, type RequestContext, requireLeader } from './request-context.ts';
import { addedError } from './transactions.ts';
import { batchAttributes, batchLayout, compressions } from '../../records/batch-header.ts';

/** Thrown to close the connection of a producer that expects no response: it learns in no other way of an error. */
class UnacknowledgedError extends Error {
  override readonly name = 'UnacknowledgedError';
}

/**
 * Appends batches. All replicas are in this process, so every `acks` is answered after the append, and 0 is not
 * answered.
 *
 * @throws {UnacknowledgedError} when a batch with `acks` 0 is rejected: its producer connects again, and refreshes its
 *   metadata
 */
export const produce: Handler<'Produce'> = (request, context) => {
  const failures: ErrorName[] = [];
  const responses = request.topicData.map(({ name, partitionData }) => ({
    name,
    partitionResponses: partitionData.map(({ index, records }) => {
      const result = append({ request, context, name, index, records });
      const error = typeof result === 'string' ? result : result.error;
      if (error !== 'NONE') failures.push(error);
      return typeof result === 'string'
        ? { index, errorCode: errorCodes[result], baseOffset: -1 }
        : {
            index,
            errorCode: errorCodes[result.error],
            errorMessage: result.errorMessage,
            baseOffset: result.baseOffset,
            logAppendTimeMs: result.logAppendTime,
            logStartOffset: result.logStartOffset,
          };
    }),
  }));
  if (request.acks !== 0) return { responses };
  if (failures.length > 0) throw new UnacknowledgedError(`${failures.join()} for a Produce request with acks 0`);
  return undefined;
};

/** Older clients do not know zstd, and could not read what others produce with it (KIP-110). */
const firstWithZstd = 7;

/** Older clients do not know that the producer may abort its transaction and go on (KIP-890). */
const firstWithAbortable = 11;

interface Part {
  readonly request: Request<'Produce'>;
  readonly context: RequestContext;
  readonly name: string;
  readonly index: number;
  readonly records: Buffer | null;
}

function append({ request: { acks, transactionalId }, context, name, index, records }: Part): AppendResult | ErrorName {
  if (acks !== 0 && acks !== 1 && acks !== -1) return 'INVALID_REQUIRED_ACKS';
  const partition = requireLeader({ topic: name, partition: index }, context);
  if (typeof partition === 'string') return partition;
  if (context.version < firstWithZstd && isZstd(records)) return 'UNSUPPORTED_COMPRESSION_TYPE';
  return partition.log.append(records, {
    allowTransactional: (producerId, producerEpoch) => {
      const producer = { transactionalId, producerId, producerEpoch };
      const error = context.cluster.transactions.checkProduce({ ...producer, topic: name, partition: index });
      return addedError(error, context.version >= firstWithAbortable);
    },
  });
}

function isZstd(records: Buffer | null): boolean {
  // A batch that is too short is rejected as such later.
  if (records === null || records.length < batchLayout.records) return false;
  return compressions[records.readInt16BE(batchLayout.attributes) & batchAttributes.compression] === 'zstd';
}
