import { errorCodes, type ErrorName } from '../../error-codes.ts';
import type { Handler } from '../request-context.ts';
import { coordinates } from './groups.ts';
import { commitAnswer, flat } from './offsets.ts';

export const initProducerId: Handler<'InitProducerId'> = (request, context) => {
  if (request.transactionalId !== null && !coordinates(request.transactionalId, context)) {
    return { errorCode: errorCodes.NOT_COORDINATOR, producerEpoch: -1 };
  }
  const { error, producerId, producerEpoch } = context.cluster.transactions.initProducerId(request);
  return { errorCode: errorCodes[error], producerId, producerEpoch };
};

export const addPartitionsToTxn: Handler<'AddPartitionsToTxn'> = (request, context) => {
  const { v3AndBelowTopics: topics, v3AndBelowTransactionalId: transactionalId } = request;
  const partitions = topics.flatMap(({ name, partitions: indexes }) => indexes.map((partition) => ({ topic: name, partition })));
  const errors = coordinates(transactionalId, context)
    ? context.cluster.transactions.addPartitions({
        transactionalId,
        producerId: request.v3AndBelowProducerId,
        producerEpoch: request.v3AndBelowProducerEpoch,
        partitions,
      })
    : partitions.map((): ErrorName => 'NOT_COORDINATOR');
  const answer = commitAnswer(
    topics.map(({ name, partitions: indexes }) => ({ name, partitions: indexes.map((partitionIndex) => ({ partitionIndex })) })),
    errors,
  );
  return {
    resultsByTopicV3AndBelow: answer.topics.map(({ name, partitions: results }) => ({
      name,
      resultsByPartition: results.map(({ partitionIndex, errorCode }) => ({ partitionIndex, partitionErrorCode: errorCode })),
    })),
  };
};

export const addOffsetsToTxn: Handler<'AddOffsetsToTxn'> = (request, context) => ({
  errorCode:
    errorCodes[coordinates(request.transactionalId, context) ? context.cluster.transactions.addOffsets(request) : 'NOT_COORDINATOR'],
});

export const txnOffsetCommit: Handler<'TxnOffsetCommit'> = (request, context) => {
  const offsets = flat(request.topics);
  const refusal = coordinates(request.groupId, context) ? context.cluster.transactions.checkOffsetCommit(request) : 'NOT_COORDINATOR';
  const errors = refusal === 'NONE' ? context.cluster.groups.commitPending({ ...request, offsets }) : offsets.map(() => refusal);
  return commitAnswer(request.topics, errors);
};

export const endTxn: Handler<'EndTxn'> = (request, context) => ({
  errorCode:
    errorCodes[
      coordinates(request.transactionalId, context)
        ? context.cluster.transactions.endTransaction({ ...request, commit: request.committed })
        : 'NOT_COORDINATOR'
    ],
});
