import { errorCodes, type ErrorName } from '../../core/error-codes.ts';
import type { FetchedOffset, OffsetToCommit, TopicPartition } from '../../groups/any/group-offsets.ts';
import type { Response } from '../../wire/apis/apis.ts';
import { type Handler, type RequestContext, groupError } from './request-context.ts';

interface TopicOf<P> {
  readonly name: string;
  readonly partitions: readonly P[];
}

/** All partitions of a request in one list. */
export function flat<P extends { readonly partitionIndex: number }>(topics: readonly TopicOf<P>[]): (P & TopicPartition)[] {
  return topics.flatMap(({ name, partitions }) => partitions.map((part) => ({ ...part, topic: name, partition: part.partitionIndex })));
}

/** The response to a commit, whose errors are in the order of {@link flat}. */
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

/** The error of each partition: of a fault, or that it does not exist; NONE without one. */
export function rejectionsOf(partitions: readonly TopicPartition[], { cluster, faultError }: RequestContext): ErrorName[] {
  return partitions.map(({ topic, partition }) => {
    const fault = faultError({ topic, partition });
    if (fault !== 'NONE') return fault;
    return cluster.topics.partition(topic, partition) === undefined ? 'UNKNOWN_TOPIC_OR_PARTITION' : 'NONE';
  });
}

/** Commits the offsets of partitions that exist, and returns an error for each of the others. */
export function commitKnown<P extends TopicPartition>(
  offsets: readonly P[],
  context: RequestContext,
  commit: (known: readonly P[]) => readonly ErrorName[],
): ErrorName[] {
  const rejections = rejectionsOf(offsets, context);
  const known = offsets.filter((_, index) => rejections[index] === 'NONE');
  // A commit of nothing would create the group.
  return withResults(rejections, known.length === 0 ? [] : commit(known));
}

/** The errors of a request of which only the parts with NONE were processed, with the results of these. */
export function withResults(rejections: readonly ErrorName[], results: readonly ErrorName[]): ErrorName[] {
  const inOrder = results.values();
  return rejections.map((error) => (error === 'NONE' ? (inOrder.next().value ?? 'UNKNOWN_SERVER_ERROR') : error));
}

export const offsetCommit: Handler<'OffsetCommit'> = (request, context) => {
  const all: OffsetToCommit[] = flat(request.topics);
  const coordinatorError = groupError(request.groupId, context);
  const errors =
    coordinatorError === 'NONE'
      ? commitKnown(all, context, (offsets) =>
          context.cluster.groups.commit({
            ...request,
            generationId: request.generationIdOrMemberEpoch,
            knowsMemberEpochs: context.version >= 9,
            offsets,
          }),
        )
      : all.map(() => coordinatorError);
  return commitAnswer(request.topics, errors);
};

export const offsetFetch: Handler<'OffsetFetch'> = (request, context) => {
  const asked =
    context.version >= 8 ? request.groups : [{ groupId: request.groupId, topics: request.topics, memberId: null, memberEpoch: -1 }];
  const groups = asked.map((group) => groupOffsets({ ...group, requireStable: request.requireStable }, context));
  return { errorCode: groups[0]?.errorCode ?? errorCodes.NONE, topics: groups[0]?.topics ?? [], groups };
};

interface OffsetsOfGroup {
  readonly groupId: string;
  /** Of a member of the consumer protocol; null when nobody in particular asks. */
  readonly memberId: string | null;
  readonly memberEpoch: number;
  readonly topics: readonly { readonly name: string; readonly partitionIndexes: readonly number[] }[] | null;
  readonly requireStable: boolean;
}

function groupOffsets(request: OffsetsOfGroup, context: RequestContext): GroupOffsetsAnswer {
  const { groupId, topics, requireStable } = request;
  const asked = topics?.flatMap(({ name, partitionIndexes }) => partitionIndexes.map((partition) => ({ topic: name, partition })));
  const coordinatorError = groupError(groupId, context);
  const error = coordinatorError === 'NONE' ? context.cluster.groups.checkFetch(request) : coordinatorError;
  if (error !== 'NONE') {
    // Versions before 2 have no top-level error: each partition carries it.
    const partitions = context.version < 2 ? (asked ?? []) : [];
    return {
      groupId,
      errorCode: errorCodes[error],
      topics: byTopic(partitions.map((partition) => ({ ...partition, error }))),
    };
  }
  const found = context.cluster.groups.fetchOffsets({ groupId, partitions: asked ?? null, requireStable });
  const offsets = found.map((offset): OffsetOrError => {
    const { topic, partition } = offset;
    const fault = context.faultError({ topic, partition, group: groupId });
    return fault === 'NONE' ? offset : { topic, partition, error: fault };
  });
  return { groupId, errorCode: errorCodes.NONE, topics: byTopic(offsets) };
}

type OffsetOrError = TopicPartition & Pick<FetchedOffset, 'error'> & Partial<FetchedOffset>;

function byTopic(offsets: readonly OffsetOrError[]): GroupOffsetsAnswer['topics'] {
  return [...Map.groupBy(offsets, ({ topic }) => topic)].map(([name, ofTopic]) => ({
    name,
    partitions: ofTopic.map(({ partition, error, committedOffset = -1, committedLeaderEpoch = -1, metadata = '' }) => ({
      partitionIndex: partition,
      committedOffset,
      committedLeaderEpoch,
      metadata,
      errorCode: errorCodes[error],
    })),
  }));
}

type GroupOffsetsAnswer = NonNullable<Response<'OffsetFetch'>['groups']>[number];
