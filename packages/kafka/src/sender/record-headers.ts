import type { HeaderValues } from '../client/port/message.ts';
import { lastHeaderText } from '../client/record.ts';

/** The header with the unique id that an outbox gives each message, a UUID: it stays the same however often the message is sent. */
export const MESSAGE_ID_HEADER = 'tracelink-message-id';

/**
 * Marks a dead-letter record that was written without the value of the record that failed, which was too large for it. The headers of
 * the origin name the record that has the value. Such a record is no tombstone, and must not be sent as one.
 */
export const VALUE_OMITTED_HEADER = 'tracelink-value-omitted';

/**
 * Names the one consumer group that a replayed record is for, and the topic in which that applies: `{topic} {groupId}`. A topic name has
 * no space, and a record that a handler forwards to another topic with all its headers is for every group there.
 */
export const REPLAY_GROUP_HEADER = 'tracelink-replay-group';

/** The value of {@link REPLAY_GROUP_HEADER} for a record that is sent to `topic`. @param groupId empty: every group */
export function replayGroupValue(topic: string, groupId: string): string {
  return `${topic} ${groupId}`;
}

/**
 * Whether a record of `topic` was replayed for another group than `groupId`, which then skips it. A header that names another
 * topic, or no group, is ignored; of a repeated one the last counts. Never throws.
 */
export function isForAnotherGroup(headers: HeaderValues | undefined, topic: string, groupId: string): boolean {
  const value = lastHeaderText(headers, REPLAY_GROUP_HEADER);
  const start = `${topic} `;
  return value !== undefined && value.length > start.length && value.startsWith(start) && value.slice(start.length) !== groupId;
}

/** Whether a record of `topic` was replayed for the group, or for all, and not forwarded from another topic with all its headers. Never throws. */
export function isReplayedFor(headers: HeaderValues, topic: string, groupId: string): boolean {
  const value = lastHeaderText(headers, REPLAY_GROUP_HEADER);
  return value !== undefined && (value === replayGroupValue(topic, groupId) || value === replayGroupValue(topic, ''));
}

/** Whether a record of `topic` was replayed to another topic, and forwarded from there with all its headers. Never throws. */
export function isReplayedElsewhere(headers: HeaderValues, topic: string): boolean {
  const value = lastHeaderText(headers, REPLAY_GROUP_HEADER);
  return value !== undefined && value.includes(' ') && !value.startsWith(`${topic} `);
}

/** Names the headers that had no value, comma-separated: kafkajs reads a header without a value and cannot write one. */
export const NULL_HEADERS = 'tracelink-null-headers';

/**
 * The headers in a form that kafkajs can write. A header whose value is null, which clients of other languages may write, becomes empty
 * and is named in {@link NULL_HEADERS}. The same object when no value is null.
 */
export function writableHeaders(headers: HeaderValues): HeaderValues {
  const names = Object.keys(headers).filter((name) => hasNull(headers[name]));
  if (names.length === 0) return headers;
  const written: HeaderValues = { ...headers, [NULL_HEADERS]: names.join(',') };
  for (const name of names) {
    const value: unknown = headers[name];
    written[name] = Array.isArray(value) ? value.map((each: unknown) => (each ?? '') as string | Buffer) : '';
  }
  return written;
}

function hasNull(value: unknown): boolean {
  return Array.isArray(value) ? value.some((each) => each === null || each === undefined) : value === null || value === undefined;
}
