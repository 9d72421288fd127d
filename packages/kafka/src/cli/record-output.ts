import type { IHeaders } from 'kafkajs';
import type { DeadLetterRecord } from '../replay/dead-letter-record.ts';
import { oneLine, shownBytes } from './shown-bytes.ts';

/** A dead-letter record in one line. */
export function lineOf({ partition, offset, originalTopic, key, attempts, errorClass, errorMessage, traceId }: DeadLetterRecord): string {
  const where = `${partition}/${offset}`.padEnd(10);
  const what = `${originalTopic ?? '(unknown)'} key ${key === null ? '(none)' : shownBytes(key)}`;
  const why = (errorMessage ?? '').split('\n', 1)[0] ?? '';
  return oneLine(`${where} ${what}, ${attempts ?? '?'} attempts, ${errorClass ?? '?'}: ${why} trace ${traceId ?? '-'}`);
}

/** A dead-letter record as plain data, in which bytes have the form that they have everywhere. */
export function dataOf({ key, value, headers, ...record }: DeadLetterRecord): object {
  const shown = Object.entries(headers).map(([name, header]) => [name, shownHeader(header)]);
  return { ...record, key: shownOrNull(key), value: shownOrNull(value), headers: Object.fromEntries(shown) };
}

function shownHeader(header: IHeaders[string]): string | null | (string | null)[] {
  return Array.isArray(header) ? header.map(shownOrNull) : shownOrNull(header);
}

function shownOrNull(bytes: Buffer | string | null | undefined): string | null {
  return bytes === null || bytes === undefined ? null : shownBytes(bytes);
}
