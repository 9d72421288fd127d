import type { IHeaders } from 'kafkajs';

/** One value of a header; `undefined` where it is absent or null. */
export type HeaderValue = Buffer | undefined;

/** The headers of a dead-letter record. Names are looked for as their writer spells them. */
export class DeadLetterHeaderBag {
  readonly #headers: IHeaders;

  /** @param headers as they are in the record */
  constructor(headers: IHeaders) {
    this.#headers = headers;
  }

  has(name: string): boolean {
    return Object.hasOwn(this.#headers, name);
  }

  /** Whether a name begins so. */
  hasPrefix(prefix: string): boolean {
    return Object.keys(this.#headers).some((name) => name.startsWith(prefix));
  }

  /** The value that was written first: software that appends left the true origin there. */
  first(name: string): HeaderValue {
    return this.#values(name).at(0);
  }

  /** The value that was written last. */
  last(name: string): HeaderValue {
    return this.#values(name).at(-1);
  }

  /** Whether the name is there more than once. */
  isRepeated(name: string): boolean {
    return this.#values(name).length > 1;
  }

  #values(name: string): readonly HeaderValue[] {
    if (!this.has(name)) return [];
    const value: IHeaders[string] | null = this.#headers[name];
    return (Array.isArray(value) ? value : [value]).map((each: Buffer | string | null | undefined) =>
      each === null || each === undefined ? undefined : Buffer.from(each as Buffer),
    );
  }
}

/** The value as UTF-8. */
export function textOf(value: HeaderValue): string | undefined {
  return value?.toString();
}

/** The value as decimal digits, as a number that is exact. */
export function decimalOf(value: HeaderValue): number | undefined {
  const digits = value?.toString();
  return digits !== undefined && /^\d{1,15}$/.test(digits) ? Number(digits) : undefined;
}

/** The value as a big-endian integer of this many bytes: 6 is how Spring writes a time. `undefined` for another width, or below 0. */
export function integerOf(value: HeaderValue, bytes: 4 | 6 | 8): bigint | undefined {
  if (value?.length !== bytes) return undefined;
  const number = bytes === 8 ? value.readBigInt64BE() : BigInt(value.readIntBE(0, bytes));
  return number < 0n ? undefined : number;
}

/** The same as a number that is exact. */
export function numberOf(value: HeaderValue, bytes: 4 | 6 | 8): number | undefined {
  const integer = integerOf(value, bytes);
  return integer === undefined || integer > BigInt(Number.MAX_SAFE_INTEGER) ? undefined : Number(integer);
}

/** An error as a stack of Java tells it. */
interface JavaError {
  readonly errorClass: string;
  readonly errorMessage: string | undefined;
}

const cause = /^Caused by: ([\w$.]+)(?:: (.*))?$/gm;

/** The innermost cause in a stack of Java: frameworks wrap an error in theirs, and name the wrapper. */
export function innermostCause(stack: string | undefined): JavaError | undefined {
  const last = [...(stack ?? '').matchAll(cause)].at(-1);
  return last?.[1] === undefined ? undefined : { errorClass: last[1], errorMessage: last[2] };
}

const traceparent = /^[\da-f]{2}-([\da-f]{32})-[\da-f]{16}-[\da-f]{2}/;
const b3 = /^((?:[\da-f]{16}){1,2})-[\da-f]{16}/;
const progress = /;span=\d\d-([\da-f]{32})-/;

/**
 * The trace of the record that failed, as far as other software tells. The dead-letter record's own `traceparent` may be of another trace:
 * Spring's batch listener and SmallRye's undeserializable record begin one. What the record carried stands in an earlier `traceparent`, in
 * what tracelink wrote, or in an older `b3`.
 */
export function traceOfRecord(headers: DeadLetterHeaderBag): string | undefined {
  const read = (value: Buffer | undefined, grammar: RegExp): string | undefined => grammar.exec(value?.toString() ?? '')?.[1];
  const earlier = headers.isRepeated('traceparent') ? read(headers.first('traceparent'), traceparent) : undefined;
  return (
    earlier ??
    read(headers.last('tracelink-trace'), progress) ??
    read(headers.last('tracelink-origin'), traceparent) ??
    read(headers.last('b3'), b3)?.padStart(32, '0') ??
    read(headers.last('traceparent'), traceparent)
  );
}

/** The trace of the first send, as tracelink keeps it through retries, dead letters and replays. */
export function originTrace(headers: DeadLetterHeaderBag): string | undefined {
  return traceparent.exec(headers.last('tracelink-origin')?.toString() ?? '')?.[1];
}
