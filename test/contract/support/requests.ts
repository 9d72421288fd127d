import type { Message } from 'kafkajs';
import type { Answers, FetchedPartition } from './answers.ts';
import type { RawConnection } from './raw-connection.ts';

/** How a Produce request for one partition differs from the default. */
export interface ProduceOptions {
  readonly partition?: number;
  readonly acks?: number;
  readonly transactionalId?: string;
  readonly producerId?: string;
  readonly producerEpoch?: number;
  readonly firstSequence?: number;
  /** Changes the bytes of the request. */
  readonly tamper?: (body: Buffer) => void;
}

/** Sends one batch to one partition, by default partition 0, and resolves with the broker's response for it. */
export async function produceBatch(
  connection: RawConnection,
  topic: string,
  messages: readonly Message[],
  { partition = 0, acks = -1, firstSequence, tamper, ...producer }: ProduceOptions = {},
): Promise<Answers['Produce']['topics'][number]['partitions'][number]> {
  const topicData = [{ topic, partitions: [{ partition, firstSequence, messages: messages.map(encodable) }] }];
  const { topics } = await connection.ask('Produce', 7, { acks, timeout: 5_000, topicData, ...producer }, tamper);
  return only(only(topics).partitions);
}

/** The position and limits of a Fetch request for one partition. */
export interface FetchOptions {
  readonly partition?: number;
  readonly offset?: number;
  /** @default 200 */
  readonly maxWaitTime?: number;
  /** @default 1 */
  readonly minBytes?: number;
  /** The limit of the partition, in bytes. */
  readonly maxBytes?: number;
  readonly currentLeaderEpoch?: number;
  readonly isolation?: 'read_uncommitted' | 'read_committed';
}

/** Fetches one partition, by default partition 0 from offset 0. */
export async function fetchPartition(connection: RawConnection, topic: string, options: FetchOptions = {}): Promise<FetchedPartition> {
  const { responses } = await connection.ask('Fetch', 11, fetchRequest(topic, options));
  return only(only(responses).partitions);
}

/** The body of a Fetch request for one partition. */
export function fetchRequest(
  topic: string,
  {
    partition = 0,
    offset = 0,
    maxWaitTime = 200,
    minBytes = 1,
    maxBytes = 1_048_576,
    currentLeaderEpoch = -1,
    isolation = 'read_uncommitted',
  }: FetchOptions = {},
): object {
  return {
    replicaId: -1,
    maxWaitTime,
    minBytes,
    maxBytes: 10_485_760,
    isolationLevel: isolation === 'read_committed' ? 1 : 0,
    topics: [{ topic, partitions: [{ partition, currentLeaderEpoch, fetchOffset: String(offset), maxBytes }] }],
  };
}

/** Looks up the offset for `timestamp`, by default in partition 0: -1 is the end of the log, -2 the beginning. */
export async function listOffset(
  connection: RawConnection,
  topic: string,
  timestamp: number,
  { partition = 0, isolation = 'read_uncommitted' }: Pick<FetchOptions, 'partition' | 'isolation'> = {},
): Promise<Answers['ListOffsets']['responses'][number]['partitions'][number]> {
  const { responses } = await connection.ask('ListOffsets', 3, {
    replicaId: -1,
    isolationLevel: isolation === 'read_committed' ? 1 : 0,
    topics: [{ topic, partitions: [{ partition, timestamp }] }],
  });
  return only(only(responses).partitions);
}

/** Whether no transaction is open in partition 0: markers may be written a moment after the response to EndTxn. */
export async function stable(connection: RawConnection, topic: string): Promise<boolean> {
  const { offset } = await listOffset(connection, topic, -1, { isolation: 'read_committed' });
  return offset === (await listOffset(connection, topic, -1)).offset;
}

/** Deletes the records before `offset`, by default in partition 0; -1 deletes all. */
export async function deleteRecords(
  connection: RawConnection,
  topic: string,
  offset: number,
  partition = 0,
): Promise<{ error: string; lowWatermark: number }> {
  const topics = [{ topic, partitions: [{ partition, offset: String(offset) }] }];
  const answer = await connection.ask('DeleteRecords', 1, { topics, timeout: 5_000 });
  const { error, lowWatermark } = only(only(answer.topics).partitions);
  return { error, lowWatermark: Number(lowWatermark.toString()) };
}

/** Who commits: no member, as with an admin tool, or a member of a generation. */
export interface Committer {
  /** @default -1 */
  readonly generationId?: number;
  /** @default '' */
  readonly memberId?: string;
  readonly metadata?: string;
}

/** Commits `offset` of partition 0 for a group and resolves with the broker's error, `NONE` when it was accepted. */
export async function commitOffset(
  connection: RawConnection,
  groupId: string,
  topic: string,
  offset: number,
  { generationId = -1, memberId = '', metadata }: Committer = {},
): Promise<string> {
  const topics = [{ topic, partitions: [{ partition: 0, offset: String(offset), metadata }] }];
  const { responses } = await connection.ask('OffsetCommit', 5, { groupId, groupGenerationId: generationId, memberId, topics });
  return only(only(responses).partitions).error;
}

/** The only element of a response with one element. */
export function only<T>(elements: readonly T[]): T {
  const [first] = elements;
  if (first === undefined || elements.length > 1) throw new Error(`The broker answered about ${elements.length} things, not about one.`);
  return first;
}

/** The encoder requires the fields that kafkajs' producer fills in. */
function encodable({ key = null, value, headers = {}, timestamp }: Message): object {
  return { key, value, headers, timestamp };
}
