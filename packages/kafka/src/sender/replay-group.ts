import type { IHeaders } from 'kafkajs';
import { lastHeader } from '../last-header.ts';

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
  const last = lastHeader(headers, REPLAY_GROUP_HEADER);
  const value = Buffer.isBuffer(last) ? last.toString() : last;
  const start = `${topic} `;
  return typeof value === 'string' && value.length > start.length && value.startsWith(start) && value.slice(start.length) !== groupId;
}
