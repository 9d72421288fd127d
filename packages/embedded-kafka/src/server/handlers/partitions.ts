import type { Nodes } from '../../cluster/nodes.ts';
import { assignmentsProblem, leadersOf } from '../../cluster/replica-assignment.ts';
import { maxPartitionsPerRequest, namedTwice, tooManyPartitions } from '../../cluster/topics.ts';
import { type ApiError, errorCodes } from '../../core/error-codes.ts';
import type { Request } from '../../wire/apis/apis.ts';
import { type Handler, requireLeader } from './request-context.ts';

/** Finds the offset for a timestamp, or for the start, the end or the largest timestamp. */
export const listOffsets: Handler<'ListOffsets'> = (request, context) => {
  const isolation = request.isolationLevel === 1 ? 'read_committed' : 'read_uncommitted';
  return {
    topics: request.topics.map(({ name, partitions }) => ({
      name,
      partitions: [...Map.groupBy(partitions, ({ partitionIndex }) => partitionIndex)].map(([partitionIndex, asked]) => {
        const { timestamp = 0, currentLeaderEpoch = -1 } = asked[0] ?? {};
        const partition = requireLeader({ topic: name, partition: partitionIndex, leaderEpoch: currentLeaderEpoch }, context);
        if (typeof partition === 'string') return { partitionIndex, errorCode: errorCodes[partition] };
        if (asked.length > 1) return { partitionIndex, errorCode: errorCodes.INVALID_REQUEST };
        if (!isTimestamp(timestamp, context.version)) return { partitionIndex, errorCode: errorCodes.UNSUPPORTED_VERSION };
        return { partitionIndex, errorCode: errorCodes.NONE, ...partition.log.offsetForTimestamp(timestamp, isolation) };
      }),
    })),
  };
};

/** The first version of ListOffsets in which a negative timestamp has its meaning. */
const meaningSince = new Map([
  [-1, 1], // the end of the log
  [-2, 1], // its start
  [-3, 7], // the largest timestamp
  [-4, 8], // the start of what is on the broker's own disk
  [-5, 9], // the end of what is in tiered storage
]);

function isTimestamp(timestamp: number, version: number): boolean {
  return timestamp >= 0 || version >= (meaningSince.get(timestamp) ?? Infinity);
}

export const createPartitions: Handler<'CreatePartitions'> = ({ topics, validateOnly }, { cluster, faultError }) => {
  const byName = Map.groupBy(topics, ({ name }) => name);
  const added = topics.map(({ name, count }) => Math.max(0, count - (cluster.topics.get(name)?.partitions.length ?? count)));
  const isExcessive = added.reduce((sum, each) => sum + each, 0) > maxPartitionsPerRequest;
  return {
    results: [...byName].map(([name, asked]) => {
      const fault = faultError({ topic: name });
      if (fault !== 'NONE') return { name, errorCode: errorCodes[fault] };
      if (asked.length > 1) return { name, errorCode: errorCodes[namedTwice.error], errorMessage: namedTwice.message };
      const [wanted] = asked;
      const topic = cluster.topics.get(name);
      if (topic === undefined || wanted === undefined) return { name, errorCode: errorCodes.UNKNOWN_TOPIC_OR_PARTITION };
      const problem = isExcessive ? tooManyPartitions : growthProblem(wanted, topic.partitions.length, cluster.nodes);
      if (problem !== undefined) return { name, errorCode: errorCodes[problem.error], errorMessage: problem.message };
      const assigned = wanted.assignments?.map(({ brokerIds }) => brokerIds);
      if (!validateOnly) cluster.topics.grow(topic, wanted.count, assigned && leadersOf(assigned, cluster.nodes));
      return { name, errorCode: errorCodes.NONE };
    }),
  };
};

/** @param now how many partitions the topic has */
function growthProblem(
  { name, count, assignments }: Request<'CreatePartitions'>['topics'][number],
  now: number,
  nodes: Nodes,
): ApiError | undefined {
  if (count <= now) {
    const message = `The topic ${name} currently has ${now} partition(s); ${count} would not be an increase.`;
    return { error: 'INVALID_PARTITIONS', message };
  }
  // Null lets the broker assign replicas; a list has an entry for each new partition.
  if (assignments !== null && assignments.length !== count - now) {
    const message = `${count - now} new partition(s) need as many assignments; the request has ${assignments.length}.`;
    return { error: 'INVALID_REPLICA_ASSIGNMENT', message };
  }
  return assignmentsProblem(assignments?.map(({ brokerIds }) => brokerIds) ?? [], nodes);
}

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
