import type { LetterHeaders } from './letter-headers.ts';

const traceparent = /^[\da-f]{2}-([\da-f]{32})-[\da-f]{16}-[\da-f]{2}/;
const b3 = /^((?:[\da-f]{16}){1,2})-[\da-f]{16}/;
const progress = /;span=\d\d-([\da-f]{32})-/;

/**
 * The trace of the record that failed, as far as a letter of other software tells. The letter's own `traceparent` may be of another trace:
 * Spring's batch listener and SmallRye's undeserializable record begin one. What the record carried stands in an earlier `traceparent`, in
 * what tracelink wrote, or in an older `b3`.
 */
export function traceOfRecord(headers: LetterHeaders): string | undefined {
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
