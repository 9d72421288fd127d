import type { IHeaders } from 'kafkajs';
import { DeliveryHeader } from '../../../src/subscribe/headers/delivery-headers.ts';

/** The trace of the failed attempt in the tests' dead-letter records. */
export const failedTraceId = 'c'.repeat(32);
export const failedAttempt = `00-${failedTraceId}-${'d'.repeat(16)}-01`;

/** A record to produce into a dead-letter topic: one that failed in `topic`. */
export interface ProducedRecord {
  key: string | Buffer | null;
  value: string | Buffer | null;
  headers: IHeaders;
}

export function deadLetterRecord(topic: string | Buffer, headers: IHeaders = {}, rest: Partial<ProducedRecord> = {}): ProducedRecord {
  const own = { [DeliveryHeader.ORIGINAL_TOPIC]: topic, [DeliveryHeader.FAILED_ATTEMPT]: failedAttempt };
  return { key: 'k', value: 'v', ...rest, headers: { ...own, ...headers } };
}
