import { randomUUID } from 'node:crypto';
import { isUtf8 } from 'node:buffer';
import type { Kafka } from 'kafkajs';
import type { DeadLetter } from '../replay/dead-letter.ts';
import { replay } from '../replay/replay.ts';

/** How a topic is read without leaving a trace of it. */
export interface Reading {
  readonly from: string;
  readonly filter: (letter: DeadLetter) => boolean;
  readonly limit: number | undefined;
  readonly signal: AbortSignal;
}

/** Gives each letter that the filter takes to `found`, up to what is the topic's end now. Nothing is sent or committed. */
export async function readLetters(
  kafka: Kafka,
  { from, filter, limit, signal }: Reading,
  found: (letter: DeadLetter) => void,
): Promise<void> {
  const groupId = `tracelink-dead-letters-${randomUUID()}`;
  const stop = new AbortController();
  let count = 0;
  const take = (letter: DeadLetter): void => {
    if (stop.signal.aborted || !filter(letter)) return;
    found(letter);
    if (++count === limit) stop.abort();
  };
  const options = { from, groupId, dryRun: true, maxReplays: Number.MAX_SAFE_INTEGER, signal: AbortSignal.any([signal, stop.signal]) };
  await replay(kafka, { ...options, onLetter: take });
  const admin = kafka.admin();
  await admin.connect();
  // A group that never committed may be gone by itself.
  await admin.deleteGroups([groupId]).catch(() => {});
  await admin.disconnect();
}

/** A letter in one line. */
export function lineOf({ partition, offset, originalTopic, key, attempts, errorClass, errorMessage, traceId }: DeadLetter): string {
  const where = `${partition}/${offset}`.padEnd(10);
  const what = `${originalTopic ?? '(unknown)'} key ${keyText(key)}`;
  return `${where} ${what}, ${attempts ?? '?'} attempts, ${errorClass ?? '?'}: ${firstLine(errorMessage ?? '')} trace ${traceId ?? '-'}`;
}

/** A letter as plain data; bytes that are no text are Base64. */
export function dataOf({ key, value, headers, ...letter }: DeadLetter): object {
  const texts = Object.entries(headers).map(([name, header]) => [name, Array.isArray(header) ? header.map(bytesText) : bytesText(header)]);
  return { ...letter, key: bytesText(key), value: bytesText(value), headers: Object.fromEntries(texts) };
}

function keyText(key: Buffer | null): string {
  return key === null ? '(none)' : String(bytesText(key));
}

function bytesText(bytes: Buffer | string | null | undefined): string | null {
  if (bytes === null || bytes === undefined) return null;
  if (typeof bytes === 'string') return bytes;
  return isUtf8(bytes) ? bytes.toString() : `base64:${bytes.toString('base64')}`;
}

/** What others wrote is not to move the cursor of who reads it. */
function firstLine(message: string): string {
  // oxlint-disable-next-line no-control-regex -- control characters are what is taken out
  return (message.split('\n', 1)[0] ?? '').replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, ' ');
}
