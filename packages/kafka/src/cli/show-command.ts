import type { Kafka } from 'kafkajs';
import { patientAdmin } from '../client/kafkajs/patient-admin.ts';
import { errorMessage } from '../core/error-type.ts';
import { orAborted } from '../core/outcome.ts';
import type { DeadLetterRecord } from '../dead-letters/dead-letter-record.ts';
import { missingPayload, type MissingPayload } from '../dead-letters/missing-payload.ts';
import { originPayload, placeText, type OriginPayload } from '../dead-letters/origin-payload.ts';
import { dataOf, headersOf, shownOrNull } from './record-output.ts';

/**
 * A dead-letter record as plain data; one that has no payload with that of the failed record, read where it stood, or the reason why it
 * cannot be had. Never rejects.
 */
export async function shownRecord(kafka: Kafka, record: DeadLetterRecord, signal: AbortSignal): Promise<object> {
  const missing = missingPayload(record);
  if (missing === undefined) return dataOf(record);
  try {
    return { ...dataOf(record), payload: shownPayload(await orAborted(payloadOf(kafka, record, missing, signal), signal, () => {})) };
  } catch (error) {
    // Ended, or an account that may read the one topic and not the other: the record is shown all the same.
    return { ...dataOf(record), payload: shownPayload({ place: missing.place, reason: errorMessage(error) }) };
  }
}

async function payloadOf(kafka: Kafka, record: DeadLetterRecord, missing: MissingPayload, signal: AbortSignal): Promise<OriginPayload> {
  const admin = patientAdmin(kafka.admin());
  try {
    await admin.connect();
    return await originPayload(kafka, admin, record, missing, signal);
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
