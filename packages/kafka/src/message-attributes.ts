import type { Attributes } from '@opentelemetry/api';
import { contained } from './contain.ts';
import type { MessageLike } from './kafka-client.ts';
import { setRenamed, type Semconv } from './semconv.ts';

/** How keys become attributes; see `messageKey` of the options. */
export interface MessageAttributeOptions {
  readonly semconv: Semconv;
  readonly messageKey: boolean | ((key: string) => string | undefined);
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Sets what is true of one message: key, tombstone, offset. A null key has no attribute, an empty one has; a key without a
 * text form is left out; an offset beyond what a number holds exactly is left out, never rounded.
 */
export function setMessageAttributes(attributes: Attributes, message: MessageLike, options: MessageAttributeOptions): void {
  const key = keyText(message.key, options.messageKey);
  if (key !== undefined) setRenamed(attributes, options.semconv, 'key', key);
  if (message.value === null) setRenamed(attributes, options.semconv, 'tombstone', true);
  setOffset(attributes, message.offset, options.semconv);
}

/** Sets `kafka.offset` when `offset` is a decimal that a number holds exactly; kafkajs answers `-1` where it does not know. */
export function setOffset(attributes: Attributes, offset: string | undefined, semconv: Semconv): void {
  if (offset === undefined || offset === null) return;
  const number = Number(offset);
  if (Number.isSafeInteger(number) && number >= 0) setRenamed(attributes, semconv, 'offset', number);
}

function keyText(key: unknown, messageKey: MessageAttributeOptions['messageKey']): string | undefined {
  if (messageKey === false || key === null || key === undefined) return undefined;
  let text: string;
  if (typeof key === 'string') text = key;
  else if (key instanceof Uint8Array) {
    try {
      text = utf8.decode(key);
    } catch {
      return undefined;
    }
  } else return undefined;
  if (messageKey === true) return text;
  // The user's own code, and a redactor: when it fails, the key stays out and the message keeps its trace.
  const written: unknown = contained('the messageKey option', () => messageKey(text), messageKey);
  return typeof written === 'string' ? written : undefined;
}
