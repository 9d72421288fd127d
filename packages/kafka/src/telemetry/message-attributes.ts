import { isUtf8 } from 'node:buffer';
import type { Attributes, Span } from '@opentelemetry/api';
import { guardAnswer } from '../core/guard.ts';
import type { MessageLike } from '../client/kafka-client.ts';
import { setRenamed, setRenamedOn, type Semconv } from './semconv.ts';

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
  const key = keyText(message.key, options.messageKey);
  if (key !== undefined) setRenamed(attributes, options.semconv, 'key', key);
  if (message.value === null) setRenamed(attributes, options.semconv, 'tombstone', true);
  setOffset(attributes, message.offset, options.semconv);
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
  if (text === undefined || messageKey === true) return text;
  // The user's own code, and a redactor: when it fails, the key is omitted and the message keeps its trace.
  const written: unknown = guardAnswer('the messageKey option', () => messageKey(text), messageKey);
  return typeof written === 'string' ? written : undefined;
}

/** Not a `TextDecoder`: it takes several times as long for texts as short as keys. */
function utf8Text(key: unknown): string | undefined {
  if (!(key instanceof Uint8Array) || !isUtf8(key)) return undefined;
  return (key instanceof Buffer ? key : Buffer.from(key.buffer, key.byteOffset, key.byteLength)).toString('utf8');
}
