import { assignmentsProblem, leadersOf } from '../../cluster/replica-assignment.ts';
import { errorCodes } from '../../core/error-codes.ts';
import { type Handler, requireLeader } from './request-context.ts';

/** Finds the offset for a timestamp, or for the start, the end or the largest timestamp. */
export const listOffsets: Handler<'ListOffsets'> = (request, context) => {
  const isolation = request.isolationLevel === 1 ? 'read_committed' : 'read_uncommitted';
  return {
    topics: request.topics.map(({ name, partitions }) => ({
      name,
      partitions: partitions.map(({ partitionIndex, currentLeaderEpoch, timestamp }) => {
        const partition = requireLeader({ topic: name, partition: partitionIndex, leaderEpoch: currentLeaderEpoch }, context);
        if (typeof partition === 'string') return { partitionIndex, errorCode: errorCodes[partition] };
        return { partitionIndex, errorCode: errorCodes.NONE, ...partition.log.offsetForTimestamp(timestamp, isolation) };
      }),
    })),
  };
};

export const createPartitions: Handler<'CreatePartitions'> = ({ topics, validateOnly }, { cluster, faultError }) => ({
  results: topics.map(({ name, count, assignments }) => {
    const fault = faultError({ topic: name });
    if (fault !== 'NONE') return { name, errorCode: errorCodes[fault] };
    const topic = cluster.topics.get(name);
    if (topic === undefined) return { name, errorCode: errorCodes.UNKNOWN_TOPIC_OR_PARTITION };
    const now = topic.partitions.length;
    if (count <= now) {
      const errorMessage = `The topic ${name} currently has ${now} partition(s); ${count} would not be an increase.`;
      return { name, errorCode: errorCodes.INVALID_PARTITIONS, errorMessage };
    }
    // Null lets the broker assign replicas; a list has an entry for each new partition.
    const assigned = assignments?.map(({ brokerIds }) => brokerIds);
    if (assigned !== undefined && assigned.length !== count - now) {
      const errorMessage = `${count - now} new partition(s) need as many assignments; the request has ${assigned.length}.`;
      return { name, errorCode: errorCodes.INVALID_REPLICA_ASSIGNMENT, errorMessage };
    }
    const problem = assignmentsProblem(assigned ?? [], cluster.options.brokers);
    if (problem !== undefined) return { name, errorCode: errorCodes[problem.error], errorMessage: problem.message };
    if (!validateOnly) cluster.topics.grow(topic, count, assigned && leadersOf(assigned, cluster.nodes));
    return { name, errorCode: errorCodes.NONE };
  }),
});

export const deleteRecords: Handler<'DeleteRecords'> = ({ topics }, context) => ({
  topics: topics.map(({ name, partitions }) => ({
    name,
    partitions: partitions.map(({ partitionIndex, offset }) => {
      const partition = requireLeader({ topic: name, partition: partitionIndex }, context);
      if (typeof partition === 'string') return { partitionIndex, lowWatermark: -1, errorCode: errorCodes[partition] };
      const { error, lowWatermark } = partition.log.deleteRecordsBefore(offset);
      return { partitionIndex, lowWatermark, errorCode: errorCodes[error] };
    }),
  })),
});

/** Returns the end offset of a leader epoch, by which a consumer detects log truncation (KIP-320). */
export const offsetForLeaderEpoch: Handler<'OffsetForLeaderEpoch'> = ({ topics }, context) => ({
  topics: topics.map(({ topic, partitions }) => ({
    topic,
    partitions: partitions.map(({ partition: index, currentLeaderEpoch, leaderEpoch }) => {
      const partition = requireLeader({ topic, partition: index, leaderEpoch: currentLeaderEpoch }, context);
      if (typeof partition === 'string') return { partition: index, errorCode: errorCodes[partition] };
      return { partition: index, errorCode: errorCodes.NONE, ...partition.log.endOffsetForEpoch(leaderEpoch) };
    }),
  })),
});
