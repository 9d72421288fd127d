import { clientsOf, type ClientMaker } from '../client/client-maker.ts';
import type { EngineClients } from '../client/port/engine-clients.ts';
import { inTemporaryGroup, withAdmin } from '../client/temporary.ts';
import { placeOf, type CheckedFilter } from '../dead-letters/dead-letter-filter.ts';
import { readDeadLetterRecord, type DeadLetterRecord } from '../dead-letters/dead-letter-record.ts';
import { missingPayload } from '../dead-letters/missing-payload.ts';
import { originPayload, placeText, type OriginPayload } from '../dead-letters/origin-payload.ts';
import { errorMessage } from '../core/error-type.ts';
import { endInTime, orAborted } from '../core/aborted-work.ts';
import { recordMissing } from '../replay/progress/replay-progress.ts';
import { readTopic, type HandleRecord } from '../replay/topic-reader.ts';
import { deadLetterTopics, type DeadLetterTopic } from '../dead-letters/dead-letter-topics.ts';
import { dataOf, headersOf, oneLine, readableTime, shownOrNull, terminalJson } from './record-output.ts';
import { exitCodes, type Terminal } from './terminal.ts';

/** What to list of a dead-letter topic. */
export interface Listing {
  readonly from: string;
  readonly filter: CheckedFilter;
  /** The most records to list. */
  readonly limit: number;
  readonly signal: AbortSignal;
}

/**
 * Calls `found` for each record that the filter accepts, up to the topic's current end, and waits for it. Nothing is sent or committed,
 * and no group is left behind.
 *
 * @param read called for each record that was read, whether or not the filter accepted it
 * @throws {KafkaTracingError} `topic_missing`, `record_missing`; what the client throws
 */
export async function listRecords(
  kafka: ClientMaker,
  listing: Listing,
  found: (record: DeadLetterRecord) => Promise<void>,
  read: () => void,
): Promise<void> {
  await endInTime(list(clientsOf('dead-letters', kafka), listing, found, read), listing.signal, () => undefined);
}

async function list(
  clients: EngineClients,
  { from, filter, limit, signal }: Listing,
  found: (record: DeadLetterRecord) => Promise<void>,
  read: () => void,
): Promise<void> {
  const awaited = new Map(filter.places?.map((place) => [placeOf(place), place]));
  let count = 0;
  const handle: HandleRecord = async (partition, message) => {
    read();
    const one = readDeadLetterRecord(from, partition, message);
    awaited.delete(placeOf(one));
    if (!filter.selects(one)) return { isLast: false, isSent: false, pause: 0 };
    await found(one);
    return { isLast: ++count >= limit, isSent: false, pause: 0 };
  };
  const ended = await withAdmin(clients, (admin) =>
    inTemporaryGroup(admin, 'tracelink-dead-letters', (groupId) => {
      const reading = {
        topic: from,
        groupId,
        progressOf: groupId,
        commits: undefined,
        records: filter.places,
        signal,
        consumer: undefined,
      };
      return readTopic(clients, admin, reading, handle);
    }),
  );
  // Compacted, or of a transaction that was aborted.
  const [gone] = awaited.values();
  if (ended === 'at the end' && gone !== undefined) throw recordMissing(from, gone);
}

/** Lists the dead-letter topics that exist. @returns the exit code */
export async function listTopics(kafka: ClientMaker, json: boolean, signal: AbortSignal, { print, say }: Terminal): Promise<number> {
  const clients = clientsOf('dead-letters', kafka);
  const listing = withAdmin(clients, (admin) => deadLetterTopics(clients, admin, signal));
  const topics: readonly DeadLetterTopic[] = await endInTime(listing, signal, () => []);
  if (signal.aborted) return exitCodes.interrupted;
  for (const topic of topics) print(json ? terminalJson(topic) : lineOf(topic));
  if (topics.length === 0) say('There is no topic with the name of a dead-letter topic. --from <topic> lists the records of any topic.');
  return exitCodes.done;
}

function lineOf({ topic, records, oldest, newest, groups, writers }: DeadLetterTopic): string {
  if (records === 0) return oneLine(`${topic}: empty`);
  const by = writers.length === 0 ? 'unknown' : writers.join(', ');
  const of = groups.length === 0 ? '' : `, groups ${groups.join(', ')}`;
  return oneLine(`${topic}: ${records} records, ${readableTime(oldest)} to ${readableTime(newest)}, by ${by}${of}`);
}

/**
 * A dead-letter record as plain data; one that has no payload with that of the failed record, read where it stood, or the reason why it
 * cannot be had. Never rejects.
 */
export async function shownRecord(kafka: ClientMaker, record: DeadLetterRecord, signal: AbortSignal): Promise<object> {
  const missing = missingPayload(record);
  if (missing === undefined) return dataOf(record);
  try {
    const clients = clientsOf('dead-letters', kafka);
    const reading = withAdmin(clients, (admin) => originPayload(clients, admin, record, missing, signal));
    return { ...dataOf(record), payload: shownPayload(await orAborted(reading, signal)) };
  } catch (error) {
    // Ended, or an account that may read the one topic and not the other: the record is shown all the same.
    return { ...dataOf(record), payload: shownPayload({ place: missing.place, reason: errorMessage(error) }) };
  }
}

function shownPayload(payload: OriginPayload): object {
  const at = payload.place === undefined ? null : placeText(payload.place);
  if (!('message' in payload)) return { at, missing: payload.reason };
  const { key, value, headers = {}, timestamp } = payload.message;
  return { at, timestamp: Number(timestamp), key: shownOrNull(key), value: shownOrNull(value), headers: headersOf(headers) };
}
