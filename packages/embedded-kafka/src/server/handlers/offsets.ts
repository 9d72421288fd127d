import { errorCodes, type ErrorName } from '../../error-codes.ts';
import type { OffsetToCommit, TopicPartition } from '../../groups/group-offsets.ts';
import type { Response } from '../../wire/apis.ts';
import type { Handler, RequestContext } from '../request-context.ts';
import { coordinates } from './groups.ts';

interface TopicOf<P> {
  readonly name: string;
  readonly partitions: readonly P[];
}

/** All partitions of a request in one list, as groups and transactions take them. */
export function flat<P extends { readonly partitionIndex: number }>(topics: readonly TopicOf<P>[]): (P & TopicPartition)[] {
  return topics.flatMap(({ name, partitions }) => partitions.map((part) => ({ ...part, topic: name, partition: part.partitionIndex })));
}

/** The answer of a commit, whose errors come in the order of {@link flat}. */
export function commitAnswer(
  topics: readonly TopicOf<{ readonly partitionIndex: number }>[],
  errors: readonly ErrorName[],
): Response<'OffsetCommit'> {
  let next = 0;
  return {
    topics: topics.map(({ name, partitions }) => ({
      name,
      partitions: partitions.map(({ partitionIndex }) => {
        const error = errors[next] ?? 'UNKNOWN_SERVER_ERROR';
        next += 1;
        return { partitionIndex, errorCode: errorCodes[error] };
      }),
    })),
  };
}

/** Commits the offsets of partitions that there are, and refuses the others one by one. */
export function commitKnown<P extends TopicPartition>(
  offsets: readonly P[],
  { cluster }: RequestContext,
  commit: (known: readonly P[]) => readonly ErrorName[],
): ErrorName[] {
  const isKnown = ({ topic, partition }: TopicPartition): boolean => cluster.topics.partition(topic, partition) !== undefined;
  const errors = commit(offsets.filter(isKnown)).values();
  return offsets.map((offset) => (isKnown(offset) ? (errors.next().value ?? 'UNKNOWN_SERVER_ERROR') : 'UNKNOWN_TOPIC_OR_PARTITION'));
}

export const offsetCommit: Handler<'OffsetCommit'> = (request, context) => {
  const all: OffsetToCommit[] = flat(request.topics);
  const errors = coordinates(request.groupId, context)
    ? commitKnown(all, context, (offsets) =>
        context.cluster.groups.commit({ ...request, generationId: request.generationIdOrMemberEpoch, offsets }),
      )
    : all.map((): ErrorName => 'NOT_COORDINATOR');
  return commitAnswer(request.topics, errors);
};

export const offsetFetch: Handler<'OffsetFetch'> = (request, context) => {
  const asked = context.version >= 8 ? request.groups : [{ groupId: request.groupId, topics: request.topics }];
  const groups = asked.map(({ groupId, topics }) => groupOffsets({ groupId, topics, requireStable: request.requireStable }, context));
  return { errorCode: groups[0]?.errorCode ?? errorCodes.NONE, topics: groups[0]?.topics ?? [], groups };
};

interface OffsetsOfGroup {
  readonly groupId: string;
  readonly topics: readonly { readonly name: string; readonly partitionIndexes: readonly number[] }[] | null;
  readonly requireStable: boolean;
}

function groupOffsets({ groupId, topics, requireStable }: OffsetsOfGroup, context: RequestContext): GroupOffsetsAnswer {
  if (!coordinates(groupId, context)) return { groupId, errorCode: errorCodes.NOT_COORDINATOR, topics: [] };
  const partitions = topics?.flatMap(({ name, partitionIndexes }) => partitionIndexes.map((partition) => ({ topic: name, partition })));
  const found = context.cluster.groups.fetchOffsets({ groupId, partitions: partitions ?? null, requireStable });
  const byTopic = Map.groupBy(found, ({ topic }) => topic);
  return {
    groupId,
    errorCode: errorCodes.NONE,
    topics: [...byTopic].map(([name, offsets]) => ({
      name,
      partitions: offsets.map(({ partition, error, ...offset }) => ({
        partitionIndex: partition,
        committedOffset: offset.committedOffset,
        committedLeaderEpoch: offset.committedLeaderEpoch,
        metadata: offset.metadata,
        errorCode: errorCodes[error],
      })),
    })),
  };
}

type GroupOffsetsAnswer = NonNullable<Response<'OffsetFetch'>['groups']>[number];
