import type { HeaderValues } from '../client/port/message.ts';
import type { DeadLetterRecord } from '../dead-letters/dead-letter-record.ts';
import { missingPayload } from '../dead-letters/missing-payload.ts';
import { placeText } from '../dead-letters/origin-payload.ts';
import { obeyed, shownBytes } from '../dead-letters/shown-bytes.ts';

const notOfOneLine = new RegExp(String.raw`[\t\n\r${obeyed}]`, 'g');
const notOfJson = new RegExp(`[${obeyed}]`, 'g');

/** Text as a part of a line: characters that would end the line or move the cursor are escaped as in JSON. */
export function oneLine(text: string): string {
  return text.replaceAll(notOfOneLine, escaped);
}

/** JSON without characters that a terminal obeys. It parses to the same value. */
export function terminalJson(value: unknown, indent = 0): string {
  return JSON.stringify(value, null, indent).replaceAll(notOfJson, escaped);
}

const short: Readonly<Record<string, string>> = { '\t': String.raw`\t`, '\n': String.raw`\n`, '\r': String.raw`\r` };

function escaped(character: string): string {
  return short[character] ?? String.raw`\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** A time that people read, in UTC; `-` where there is none. */
export function readableTime(milliseconds: number | undefined): string {
  const isTime = milliseconds !== undefined && milliseconds >= 0 && milliseconds <= 8.64e15;
  return isTime ? new Date(milliseconds).toISOString().replace(/\.\d+Z$/, 'Z') : '-';
}

/** A dead-letter record in one line; of one without its payload, where that stood. */
export function lineOf(record: DeadLetterRecord): string {
  const { partition, offset, timestamp, originalTopic, key, attempts, errorClass, errorMessage, traceId } = record;
  const where = `${partition}/${offset}`.padEnd(10);
  const what = `${originalTopic ?? '(unknown)'} key ${key === null ? '(none)' : shownBytes(key)}`;
  const why = (errorMessage ?? '').split('\n', 1)[0] ?? '';
  const missing = missingPayload(record);
  const payload = missing === undefined ? '' : ` payload ${missing.place === undefined ? 'nowhere' : `at ${placeText(missing.place)}`}`;
  return oneLine(
    `${where} ${readableTime(timestamp)} ${what}, ${attempts ?? '?'} attempts, ${errorClass ?? '?'}: ${why} trace ${traceId ?? '-'}${payload}`,
  );
}

/** A dead-letter record as plain data, with bytes in the same form as everywhere. */
export function dataOf({ key, value, headers, ...record }: DeadLetterRecord): object {
  return { ...record, key: shownOrNull(key), value: shownOrNull(value), headers: headersOf(headers) };
}

/** Headers as plain data. */
export function headersOf(headers: HeaderValues): object {
  return Object.fromEntries(Object.entries(headers).map(([name, header]) => [name, shownHeader(header)]));
}

function shownHeader(header: HeaderValues[string]): string | null | (string | null)[] {
  return Array.isArray(header) ? header.map(shownOrNull) : shownOrNull(header);
}

/** Bytes in the one form; `null` where there are none. */
export function shownOrNull(bytes: Buffer | string | null | undefined): string | null {
  return bytes === null || bytes === undefined ? null : shownBytes(bytes);
}
