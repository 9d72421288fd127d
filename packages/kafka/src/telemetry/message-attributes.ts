import { isUtf8 } from 'node:buffer';
import type { Attributes, Span } from '@opentelemetry/api';
import { guardAnswer } from '../core/guard.ts';
import type { MessageLike } from '../client/kafka-client.ts';
import { keyAndOffset, setRenamed, setRenamedOn, type Semconv } from './semconv.ts';

/** How keys become attributes; see `messageKey` of the options. */
export interface MessageAttributeOptions {
  readonly semconv: Semconv;
  readonly messageKey: boolean | ((key: string) => string | undefined);
}

/**
 * Sets the attributes of one message: key, tombstone, offset. A null key has no attribute, an empty one has; a key that is not
 * text is left out; an offset beyond the largest exact number is left out, never rounded.
 */
export function setMessageAttributes(attributes: Attributes, message: MessageLike, options: MessageAttributeOptions): void {
  Object.assign(attributes, messageAttributes(message, options));
}

/** The same as an object of their own, nearly always of one shape: a batch makes one for each message, and the SDK reads them all. */
export function messageAttributes(message: MessageLike, options: MessageAttributeOptions): Attributes {
  const key = keyText(message.key, options.messageKey);
  const offset = exact(message.offset);
  const isTombstone = message.value === null;
  if (key !== undefined && offset !== undefined && !isTombstone && options.semconv === '1.45') return keyAndOffset(key, offset);
  const attributes: Attributes = {};
  if (key !== undefined) setRenamed(attributes, options.semconv, 'key', key);
  if (isTombstone) setRenamed(attributes, options.semconv, 'tombstone', true);
  if (offset !== undefined) setRenamed(attributes, options.semconv, 'offset', offset);
  return attributes;
}

/** The same on a span that records, one by one: an object for them costs as much as they do. */
export function describeMessage(span: Span, message: MessageLike, options: MessageAttributeOptions): void {
  const key = keyText(message.key, options.messageKey);
  if (key !== undefined) setRenamedOn(span, options.semconv, 'key', key);
  if (message.value === null) setRenamedOn(span, options.semconv, 'tombstone', true);
  describeOffset(span, message.offset, options.semconv);
}

/** Sets `kafka.offset` when `offset` is a decimal that is exact as a number; kafkajs returns `-1` for an unknown offset. */
export function setOffset(attributes: Attributes, offset: string | undefined, semconv: Semconv): void {
  const number = exact(offset);
  if (number !== undefined) setRenamed(attributes, semconv, 'offset', number);
}

/** The same on a span. */
export function describeOffset(span: Span, offset: string | undefined, semconv: Semconv): void {
  const number = exact(offset);
  if (number !== undefined) setRenamedOn(span, semconv, 'offset', number);
}

function exact(offset: string | undefined): number | undefined {
  if (offset === undefined || offset === null) return undefined;
  const number = Number(offset);
  return Number.isSafeInteger(number) && number >= 0 ? number : undefined;
}

function keyText(key: unknown, messageKey: MessageAttributeOptions['messageKey']): string | undefined {
  if (messageKey === false || key === null || key === undefined) return undefined;
  const text = typeof key === 'string' ? key : utf8Text(key);
  return text === undefined || messageKey === true ? text : redacted(text, messageKey);
}

/** Apart, as what a function holds on to is kept for it at each call. */
function redacted(text: string, messageKey: (key: string) => string | undefined): string | undefined {
  // The user's own code: when it fails, the key is omitted and the message keeps its trace.
  const written: unknown = guardAnswer('the messageKey option', () => messageKey(text), messageKey);
  return typeof written === 'string' ? written : undefined;
}

// A key is mostly an id: what is longer than this is not worth the look at each byte.
const short = 64;

/** Not a `TextDecoder`: it takes several times as long for texts as short as keys. */
function utf8Text(key: unknown): string | undefined {
  if (!(key instanceof Uint8Array)) return undefined;
  const buffer = key instanceof Buffer ? key : Buffer.from(key.buffer, key.byteOffset, key.byteLength);
  if (isShortAscii(buffer)) return buffer.length <= shortest ? shortAscii(buffer) : buffer.toString('latin1');
  return isUtf8(buffer) ? buffer.toString('utf8') : undefined;
}

function isShortAscii(bytes: Uint8Array): boolean {
  const { length } = bytes;
  if (length > short) return false;
  let all = 0;
  for (let index = 0; index < length; index++) all |= bytes[index] as number;
  return all < 0x80;
}

const shortest = 16;

/** The text of so few bytes, which takes half as long as a decoder, which is a call out of JavaScript. */
function shortAscii(bytes: Uint8Array): string {
  // prettier-ignore
  return String.fromCharCode(
    at(bytes, 0), at(bytes, 1), at(bytes, 2), at(bytes, 3), at(bytes, 4), at(bytes, 5), at(bytes, 6), at(bytes, 7),
    at(bytes, 8), at(bytes, 9), at(bytes, 10), at(bytes, 11), at(bytes, 12), at(bytes, 13), at(bytes, 14), at(bytes, 15),
  ).slice(0, bytes.length);
}

/** Never past the end, as V8 has no fast way to read there. */
function at(bytes: Uint8Array, index: number): number {
  return index < bytes.length ? (bytes[index] as number) : 0;
}
