import type { IHeaders, KafkaMessage } from 'kafkajs';
import { lastHeaderText } from '../client/record.ts';
import { isForAnotherGroup } from '../sender/record-headers.ts';
import { DeliveryHeader } from './headers/delivery-headers.ts';
import type { RetrySource } from './partitions/delivery.ts';

/**
 * Whether a record belongs to another group or subscription: it was replayed for another group, or another subscription wrote it to a retry
 * topic whose name both derive.
 *
 * @param source the source topic, for a retry topic
 */
export function isForeign(source: RetrySource | undefined, topic: string, groupId: string, message: KafkaMessage): boolean {
  return source === undefined ? isForAnotherGroup(message.headers, topic, groupId) : isForeignRetry(source, groupId, message);
}

/**
 * Whether a record of a retry topic is another subscription's: the names of their retry topics may be equal, as `orders` in the group
 * `placed.worker` and `orders.placed` in the group `worker`. Without the headers that show it, the record counts as ours.
 */
function isForeignRetry(source: RetrySource, groupId: string, { headers = {} }: KafkaMessage): boolean {
  return differs(headers, DeliveryHeader.ORIGINAL_TOPIC, source.topic) || differs(headers, DeliveryHeader.GROUP, groupId);
}

function differs(headers: IHeaders, name: string, expected: string): boolean {
  const last = lastHeaderText(headers, name);
  return last !== undefined && last !== expected;
}
