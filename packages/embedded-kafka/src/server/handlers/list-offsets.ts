import { errorCodes } from '../../error-codes.ts';
import type { Handler } from '../request-context.ts';
import { ledPartition } from './led-partition.ts';

/** The offset of a time, or of the start, the end and the newest timestamp. */
export const listOffsets: Handler<'ListOffsets'> = (request, context) => {
  const isolation = request.isolationLevel === 1 ? 'read_committed' : 'read_uncommitted';
  return {
    topics: request.topics.map(({ name, partitions }) => ({
      name,
      partitions: partitions.map(({ partitionIndex, currentLeaderEpoch, timestamp }) => {
        const partition = ledPartition({ topic: name, partition: partitionIndex, leaderEpoch: currentLeaderEpoch }, context);
        if (typeof partition === 'string') return { partitionIndex, errorCode: errorCodes[partition] };
        return { partitionIndex, errorCode: errorCodes.NONE, ...partition.log.offsetForTimestamp(timestamp, isolation) };
      }),
    })),
  };
};
