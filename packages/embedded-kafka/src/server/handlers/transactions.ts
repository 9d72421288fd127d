import { errorCodes, type ErrorName } from '../../core/error-codes.ts';
import { type Handler, groupError, transactionError } from './request-context.ts';
import { commitAnswer, commitKnown, flat } from './offsets.ts';

/** Versions before KIP-588 use INVALID_PRODUCER_EPOCH for a fenced producer. */
function fencingError(error: ErrorName, knowsFenced: boolean): ErrorName {
  return error === 'PRODUCER_FENCED' && !knowsFenced ? 'INVALID_PRODUCER_EPOCH' : error;
}

/** Versions before KIP-890 use INVALID_TXN_STATE for a partition or a group that was not added to the transaction. */
export function addedError(error: ErrorName, knowsAbortable: boolean): ErrorName {
  return error === 'INVALID_TXN_STATE' && knowsAbortable ? 'TRANSACTION_ABORTABLE' : error;
}

export const initProducerId: Handler<'InitProducerId'> = (request, context) => {
  const coordinatorError = request.transactionalId === null ? context.faultError() : transactionError(request.transactionalId, context);
  if (coordinatorError !== 'NONE') return { errorCode: errorCodes[coordinatorError], producerEpoch: -1 };
  const { error, producerId, producerEpoch } = context.cluster.transactions.initProducerId(request);
  return { errorCode: errorCodes[fencingError(error, context.version >= 4)], producerId, producerEpoch };
};

export const addPartitionsToTxn: Handler<'AddPartitionsToTxn'> = (request, context) => {
  const { v3AndBelowTopics: topics, v3AndBelowTransactionalId: transactionalId } = request;
  const partitions = topics.flatMap(({ name, partitions: indexes }) => indexes.map((partition) => ({ topic: name, partition })));
  const coordinatorError = transactionError(transactionalId, context);
  const faults = partitions.map((partition) => context.faultError(partition));
  const add = (): ErrorName[] =>
    context.cluster.transactions.addPartitions({
      transactionalId,
      producerId: request.v3AndBelowProducerId,
      producerEpoch: request.v3AndBelowProducerEpoch,
      partitions,
    });
  const errors = coordinatorError === 'NONE' ? allOrNone(faults, add) : partitions.map(() => coordinatorError);
  const answer = commitAnswer(
    topics.map(({ name, partitions: indexes }) => ({ name, partitions: indexes.map((partitionIndex) => ({ partitionIndex })) })),
    errors.map((error) => fencingError(error, context.version >= 2)),
  );
  return {
    resultsByTopicV3AndBelow: answer.topics.map(({ name, partitions: results }) => ({
      name,
      resultsByPartition: results.map(({ partitionIndex, errorCode }) => ({ partitionIndex, partitionErrorCode: errorCode })),
    })),
  };
};

/** When one partition cannot be added, none is added. */
function allOrNone(faults: readonly ErrorName[], add: () => ErrorName[]): readonly ErrorName[] {
  if (faults.every((fault) => fault === 'NONE')) return add();
  return faults.map((fault) => (fault === 'NONE' ? 'OPERATION_NOT_ATTEMPTED' : fault));
}

export const addOffsetsToTxn: Handler<'AddOffsetsToTxn'> = (request, context) => {
  const coordinatorError = transactionError(request.transactionalId, context);
  if (coordinatorError !== 'NONE') return { errorCode: errorCodes[coordinatorError] };
  return { errorCode: errorCodes[fencingError(context.cluster.transactions.addOffsets(request), context.version >= 2)] };
};

export const txnOffsetCommit: Handler<'TxnOffsetCommit'> = (request, context) => {
  const { cluster, version } = context;
  const all = flat(request.topics);
  const coordinatorError = groupError(request.groupId, context);
  if (coordinatorError !== 'NONE') {
    return commitAnswer(
      request.topics,
      all.map(() => coordinatorError),
    );
  }
  const errors = commitKnown(all, context, (offsets) => {
    const error = addedError(cluster.transactions.checkOffsetCommit(request), version >= 4);
    return error === 'NONE' ? cluster.groups.commitPending({ ...request, offsets }) : offsets.map(() => error);
  });
  return commitAnswer(request.topics, errors);
};

export const endTxn: Handler<'EndTxn'> = (request, context) => {
  const coordinatorError = transactionError(request.transactionalId, context);
  if (coordinatorError !== 'NONE') return { errorCode: errorCodes[coordinatorError] };
  const error = context.cluster.transactions.endTransaction({ ...request, commit: request.committed });
  return { errorCode: errorCodes[fencingError(error, context.version >= 2)] };
};
