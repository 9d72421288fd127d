import type { IHeaders } from 'kafkajs';
import { lastHeaderText } from '../client/received-record.ts';

/** The header in which an outbox gives each message an id of its own, a UUID: it is the same however often the message is sent. */
export const MESSAGE_ID_HEADER = 'tracelink-message-id';

/**
 * Marks a dead-letter record that was written without the value of the record that failed, which was too large for it. The headers of
 * the origin say where the value stands. Such a record is no tombstone, and must not be sent as one.
 */
export const VALUE_OMITTED_HEADER = 'tracelink-value-omitted';

/**
 * Names the one consumer group that a replayed record is for, and the topic in which that holds: `{topic} {groupId}`. A topic name has
 * no space, and a record that a handler forwards to another topic with all its headers is everyone's there.
 */
export const REPLAY_GROUP_HEADER = 'tracelink-replay-group';

/** The value of {@link REPLAY_GROUP_HEADER} for a record that is sent to `topic`. */
export function replayGroupValue(topic: string, groupId: string): string {
  return `${topic} ${groupId}`;
}

/**
 * Whether a record of `topic` was replayed for another group than `groupId`, which then passes it over. A header that names another
 * topic, or no group, counts for nothing; of a repeated one the last counts. Never throws.
 */
export function isForAnotherGroup(headers: IHeaders | undefined, topic: string, groupId: string): boolean {
  const value = lastHeaderText(headers, REPLAY_GROUP_HEADER);
  const start = `${topic} `;
  return value !== undefined && value.length > start.length && value.startsWith(start) && value.slice(start.length) !== groupId;
}
