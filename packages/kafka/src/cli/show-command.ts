import type { Kafka } from 'kafkajs';
import { patientAdmin } from '../client/patient-admin.ts';
import type { DeadLetterRecord } from '../dead-letters/dead-letter-record.ts';
import { originPayload, placeText, type OriginPayload } from '../dead-letters/origin-payload.ts';
import { dataOf, headersOf, shownOrNull } from './record-output.ts';

/**
 * A dead-letter record as plain data; one that has no payload with that of the failed record, read where it stood, or the reason why it
 * cannot be had.
 *
 * @throws what kafkajs throws when the broker does not answer
 */
export async function shownRecord(kafka: Kafka, record: DeadLetterRecord, signal: AbortSignal): Promise<object> {
  const admin = patientAdmin(kafka.admin());
  try {
    await admin.connect();
    const payload = await originPayload(kafka, admin, record, signal);
    return payload === undefined ? dataOf(record) : { ...dataOf(record), payload: shownPayload(payload) };
  } finally {
    await admin.disconnect();
  }
}

function shownPayload(payload: OriginPayload): object {
  const at = payload.place === undefined ? null : placeText(payload.place);
  if (!('message' in payload)) return { at, missing: payload.reason };
  const { key, value, headers = {}, timestamp } = payload.message;
  return { at, timestamp: Number(timestamp), key: shownOrNull(key), value: shownOrNull(value), headers: headersOf(headers) };
}
