import { groupsOf, type RecordFilter } from '../dead-letters/record-index.ts';
import { RecordIndexes } from '../dead-letters/record-indexes.ts';
import { HttpError, sendJson, wholeNumber, type Exchange, type Route } from '../http/exchange.ts';
import type { DeadLetter, DeadLetterProvider } from '../providers/dead-letters.ts';
import { clientGone, provided } from './ask-provider.ts';

/** The most records, or groups, of one answer. */
const mostListed = 1_000;
/** The most bytes of a key or a header, and of a value, and the most headers, that are told. */
const limits = { header: 16_384, value: 262_144, headers: 500 };

/** What the page of dead letters reads. Nothing here changes anything. */
export function deadLetterRoutes(provider: DeadLetterProvider): Route[] {
  const indexes = new RecordIndexes(provider);

  const topics = async ({ response }: Exchange): Promise<void> => {
    sendJson(response, { topics: await provided(provider.topics(clientGone(response))) });
  };

  const one = async ({ response, parts: [topic = ''], query }: Exchange): Promise<void> => {
    const filter = filterOf(query);
    const limit = Math.min(wholeNumber(query, 'limit', 100), mostListed);
    const index = await provided(indexes.of(topic, query.get('fresh') === 'true', clientGone(response)));
    const records = index.filtered(filter);
    const by = query.get('by');
    const groups = by === 'errorClass' || by === 'traceId' ? groupsOf(records, by) : undefined;
    sendJson(response, {
      topic,
      readAt: index.readAt,
      ...index.extent,
      held: index.size,
      matching: records.length,
      ...(groups === undefined ? { listed: records.slice(0, limit) } : { groups: groups.slice(0, limit), groupCount: groups.length }),
    });
  };

  const record = async ({ response, parts: [topic = '', partition = '', offset = ''] }: Exchange): Promise<void> => {
    const address = { topic, partition: Number(partition), offset };
    sendJson(response, shownRecord(await provided(provider.record(address, clientGone(response)))));
  };

  return [
    { method: 'GET', path: /^\/api\/dead-letters$/, answer: topics },
    { method: 'GET', path: /^\/api\/dead-letters\/([\w.-]{1,249})$/, answer: one },
    { method: 'GET', path: /^\/api\/dead-letters\/([\w.-]{1,249})\/(\d{1,9})\/(\d{1,18})$/, answer: record },
  ];
}

function filterOf(query: URLSearchParams): RecordFilter {
  const [errorClass, traceId] = [query.get('errorClass') ?? '', query.get('traceId')?.toLowerCase() ?? ''];
  if (traceId !== '' && !/^[\da-f]{32}$/.test(traceId)) throw new HttpError(400, 'A trace id is 32 hexadecimal digits.');
  return {
    search: query.get('search')?.trim() ?? '',
    ...(errorClass !== '' && { errorClass }),
    ...(traceId !== '' && { traceId }),
  };
}

function shownRecord({ key, value, headers, ...record }: DeadLetter): object {
  return {
    ...record,
    key: shownBytes(key, limits.header),
    value: shownBytes(value, limits.value),
    headers: headers.slice(0, limits.headers).map(([name, bytes]) => ({ name, value: shownBytes(bytes, limits.header) })),
    headerCount: headers.length,
  };
}

/** The start of some bytes, for the page, which decides how to show them. */
interface ShownBytes {
  /** All of them. */
  readonly size: number;
  /** The first of them. */
  readonly base64: string;
}

/** @param most how many are told */
function shownBytes(bytes: Uint8Array, most: number): ShownBytes;
function shownBytes(bytes: Uint8Array | null, most: number): ShownBytes | null;
function shownBytes(bytes: Uint8Array | null, most: number): ShownBytes | null {
  return bytes && { size: bytes.length, base64: Buffer.from(bytes.subarray(0, most)).toString('base64') };
}
