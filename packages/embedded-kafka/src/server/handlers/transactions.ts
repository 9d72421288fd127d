import { errorCodes, type ErrorName } from '../../core/error-codes.ts';
import { type Handler, groupError, transactionError } from './request-context.ts';
import { commitAnswer, commitKnown, flat } from './offsets.ts';

/** Versions before KIP-588 use INVALID_PRODUCER_EPOCH for a fenced producer. */
function fencingError(error: ErrorName, knowsFenced: boolean): ErrorName {
  return error === 'PRODUCER_FENCED' && !knowsFenced ? 'INVALID_PRODUCER_EPOCH' : error;
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
  const all = flat(request.topics);
  const coordinatorError = groupError(request.groupId, context);
  const error = coordinatorError === 'NONE' ? context.cluster.transactions.checkOffsetCommit(request) : coordinatorError;
  const errors =
    error === 'NONE'
      ? commitKnown(all, context, (offsets) => context.cluster.groups.commitPending({ ...request, offsets }))
      : all.map(() => error);
  return commitAnswer(request.topics, errors);
};

export const endTxn: Handler<'EndTxn'> = (request, context) => {
  const coordinatorError = transactionError(request.transactionalId, context);
  if (coordinatorError !== 'NONE') return { errorCode: errorCodes[coordinatorError] };
  const error = context.cluster.transactions.endTransaction({ ...request, commit: request.committed });
  return { errorCode: errorCodes[fencingError(error, context.version >= 2)] };
};
