import { errorCodes, type ErrorName } from '../../error-codes.ts';
import type { Handler } from '../request-context.ts';
import { coordinates } from './groups.ts';
import { commitAnswer, commitKnown, flat } from './offsets.ts';

/** Versions from before KIP-588 know fencing by the name that it has on the data path. */
function known(error: ErrorName, knowsFenced: boolean): ErrorName {
  return error === 'PRODUCER_FENCED' && !knowsFenced ? 'INVALID_PRODUCER_EPOCH' : error;
}

export const initProducerId: Handler<'InitProducerId'> = (request, context) => {
  if (request.transactionalId !== null && !coordinates(request.transactionalId, context)) {
    return { errorCode: errorCodes.NOT_COORDINATOR, producerEpoch: -1 };
  }
  const { error, producerId, producerEpoch } = context.cluster.transactions.initProducerId(request);
  return { errorCode: errorCodes[known(error, context.version >= 4)], producerId, producerEpoch };
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
    errors.map((error) => known(error, context.version >= 2)),
  );
  return {
    resultsByTopicV3AndBelow: answer.topics.map(({ name, partitions: results }) => ({
      name,
      resultsByPartition: results.map(({ partitionIndex, errorCode }) => ({ partitionIndex, partitionErrorCode: errorCode })),
    })),
  };
};

export const addOffsetsToTxn: Handler<'AddOffsetsToTxn'> = (request, context) => {
  if (!coordinates(request.transactionalId, context)) return { errorCode: errorCodes.NOT_COORDINATOR };
  return { errorCode: errorCodes[known(context.cluster.transactions.addOffsets(request), context.version >= 2)] };
};

export const txnOffsetCommit: Handler<'TxnOffsetCommit'> = (request, context) => {
  const all = flat(request.topics);
  const refusal = coordinates(request.groupId, context) ? context.cluster.transactions.checkOffsetCommit(request) : 'NOT_COORDINATOR';
  const errors =
    refusal === 'NONE'
      ? commitKnown(all, context, (offsets) => context.cluster.groups.commitPending({ ...request, offsets }))
      : all.map(() => refusal);
  return commitAnswer(request.topics, errors);
};

export const endTxn: Handler<'EndTxn'> = (request, context) => {
  if (!coordinates(request.transactionalId, context)) return { errorCode: errorCodes.NOT_COORDINATOR };
  const error = context.cluster.transactions.endTransaction({ ...request, commit: request.committed });
  return { errorCode: errorCodes[known(error, context.version >= 2)] };
};
