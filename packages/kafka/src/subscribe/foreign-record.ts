import type { FetchedRecord, HeaderValues } from '../client/port/message.ts';
import { lastHeaderText } from '../client/record.ts';
import { isForAnotherGroup } from '../sender/record-headers.ts';
import { DeliveryHeader } from './headers/delivery-headers.ts';
import type { RetrySource } from './partitions/delivery.ts';

/**
 * Returns whether a record belongs to another group or subscription: it was replayed for another group, or another subscription wrote it to
 * a retry topic whose name both derive.
 *
 * @param retrySources the source topics, by retry topic
 * @param said called once per retry topic that is shared, with its first record of another subscription
 */
export function foreignRecords(
  retrySources: ReadonlyMap<string, RetrySource>,
  groupId: string,
  said: (fields: object, message: string) => void,
): (topic: string, message: FetchedRecord) => boolean {
  const shared = new Set<string>();
  return (topic, message) => {
    const source = retrySources.get(topic);
    if (source === undefined) return isForAnotherGroup(message.headers, topic, groupId);
    if (!isForeignRetry(source, groupId, message)) return false;
    if (!shared.has(topic)) {
      shared.add(topic);
      said(
        { topic, offset: message.offset },
        'Another subscription has a retry topic of the same name: its records are passed over. retryTopics.topic can give another name',
      );
    }
    return true;
  };
}

/**
 * Whether a record of a retry topic is another subscription's: the names of their retry topics may be equal, as `orders` in the group
 * `placed.worker` and `orders.placed` in the group `worker`. Without the headers that show it, the record counts as ours.
 */
function isForeignRetry(source: RetrySource, groupId: string, { headers = {} }: FetchedRecord): boolean {
  return differs(headers, DeliveryHeader.ORIGINAL_TOPIC, source.topic) || differs(headers, DeliveryHeader.GROUP, groupId);
}

function differs(headers: HeaderValues, name: string, expected: string): boolean {
  const last = lastHeaderText(headers, name);
  return last !== undefined && last !== expected;
}
