import { errorCodes } from '../../error-codes.ts';
import type { Topic } from '../../cluster/topic.ts';
import type { Response } from '../../wire/apis.ts';
import type { Handler, RequestContext } from '../request-context.ts';

/** The name of each broker's only log directory; its records are in memory. */
const logDir = '/embedded-kafka';

type LogDir = Response<'DescribeLogDirs'>['results'][number];

/** Describes the size in bytes of the partitions that this broker leads. Unknown topics and partitions are omitted. */
export const describeLogDirs: Handler<'DescribeLogDirs'> = ({ topics: asked }, context) => {
  const parts = [{}, ...(asked ?? []).map(({ topic }) => ({ topic }))];
  const fault = parts.map((part) => context.faultError(part)).find((error) => error !== 'NONE') ?? 'NONE';
  const errorCode = errorCodes[fault];
  if (fault !== 'NONE') return { errorCode, results: [{ errorCode, logDir, topics: [] }] };
  const wanted = asked && new Map(asked.map(({ topic, partitions }) => [topic, new Set(partitions)]));
  const topics = context.cluster.topics
    .list()
    .map((topic) => sizesOf(topic, wanted === null ? undefined : (wanted.get(topic.name) ?? new Set()), context))
    .filter(({ partitions }) => partitions.length > 0);
  return { errorCode, results: [{ errorCode, logDir, topics }] };
};

/** @param wanted `undefined` for all partitions */
function sizesOf(
  { name, partitions }: Topic,
  wanted: ReadonlySet<number> | undefined,
  { nodeId }: RequestContext,
): LogDir['topics'][number] {
  return {
    name,
    partitions: partitions
      .filter(({ index, leader }) => leader === nodeId && (wanted?.has(index) ?? true))
      .map(({ index, log }) => ({ partitionIndex: index, partitionSize: log.sizeInBytes, offsetLag: 0, isFutureKey: false })),
  };
}
