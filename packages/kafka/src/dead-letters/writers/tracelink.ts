import { DeliveryHeader } from '../../subscribe/headers/delivery-headers.ts';
import { decimalOf, textOf } from '../headers/dead-letter-headers.ts';
import type { DeadLetterFormat } from './writer.ts';

/** `subscribe`. */
export const tracelink: DeadLetterFormat = {
  name: 'tracelink',
  // Not by the number of replays and the failed attempt, which a replayed record keeps.
  wrote: (headers) =>
    [DeliveryHeader.ORIGINAL_TOPIC, DeliveryHeader.ERROR_CLASS, DeliveryHeader.ERROR_MESSAGE].some((name) => headers.has(name)),
  read: (headers) => ({
    originalTopic: textOf(headers.last(DeliveryHeader.ORIGINAL_TOPIC)),
    originalPartition: decimalOf(headers.last(DeliveryHeader.ORIGINAL_PARTITION)),
    originalOffset: textOf(headers.last(DeliveryHeader.ORIGINAL_OFFSET)),
    originalTimestamp: decimalOf(headers.last(DeliveryHeader.ORIGINAL_TIMESTAMP)),
    groupId: textOf(headers.last(DeliveryHeader.GROUP)),
    attempts: decimalOf(headers.last(DeliveryHeader.ATTEMPTS)),
    firstFailure: decimalOf(headers.last(DeliveryHeader.FIRST_FAILURE)),
    errorClass: textOf(headers.last(DeliveryHeader.ERROR_CLASS)),
    errorMessage: textOf(headers.last(DeliveryHeader.ERROR_MESSAGE)),
    traceId: /^00-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$/.exec(textOf(headers.last(DeliveryHeader.FAILED_ATTEMPT)) ?? '')?.[1],
  }),
};
