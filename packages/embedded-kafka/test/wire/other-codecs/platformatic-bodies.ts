import type { ApiName, DecodedResponse, Request } from '../../../src/wire/apis/apis.ts';
import type { Message } from '../../../src/wire/codecs/message-codec.ts';
import { zeroUuid } from '../../../src/wire/codecs/field-spec.ts';

const requests: { readonly [A in ApiName]?: (body: Request<A>, version: number) => Partial<Request<A>> } = {
  // It is never a replica, and sends no log start offset.
  Fetch: ({ topics }) => ({
    clusterId: null,
    replicaId: -1,
    replicaState: { replicaId: -1, replicaEpoch: -1 },
    topics: topics.map((topic) => ({ ...topic, partitions: topic.partitions.map((partition) => ({ ...partition, logStartOffset: -1 })) })),
  }),
  // It requests topics by id from version 12 on.
  Metadata: ({ topics }, version) => (version < 12 ? { topics: topics?.map((topic) => ({ ...topic, topicId: zeroUuid })) ?? null } : {}),
  OffsetCommit: () => ({ retentionTimeMs: -1 }),
  // It rejects other types.
  ListGroups: () => ({ typesFilter: ['classic', 'consumer'] }),
};

const responses: { readonly [A in ApiName]?: (body: DecodedResponse<A>, version: number) => Partial<DecodedResponse<A>> } = {
  // It stops reading at an error.
  ApiVersions: () => ({ errorCode: 0 }),
  // Before version 7, it does not read this tag and takes the value from another field.
  CreateTopics: ({ topics }, version) =>
    version < 7 ? { topics: topics.map((topic) => ({ ...topic, topicConfigErrorCode: topic.errorCode })) } : {},
};

/** A sample without what `@platformatic/kafka` cannot send or does not read. */
export function platformaticBody(api: ApiName, direction: 'request' | 'response', version: number, body: Message): Message {
  const changesOf = (direction === 'request' ? requests : responses)[api] as ((body: Message, version: number) => Message) | undefined;
  return { ...body, ...changesOf?.(body, version) };
}

/** A sample of a fetch response whose records are a valid batch. */
export function withRecords(body: Message, records: Buffer): Message {
  const { responses: topics } = body as unknown as DecodedResponse<'Fetch'>;
  return {
    ...body,
    responses: topics.map((topic) => ({ ...topic, partitions: topic.partitions.map((partition) => ({ ...partition, records })) })),
  };
}
