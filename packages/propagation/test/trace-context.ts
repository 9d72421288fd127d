import type { SpanContext } from '@opentelemetry/api';
import fc from 'fast-check';

/** One of the characters of `text`. */
export function charOf(text: string): fc.Arbitrary<string> {
  return fc.constantFrom(...Array.from(text));
}

/** Lower-case hex of `length` digits that is not all zeros. */
export function hexId(length: number): fc.Arbitrary<string> {
  return fc.string({ unit: charOf('0123456789abcdef'), minLength: length, maxLength: length }).filter((id) => !/^0+$/.test(id));
}

export const traceId: fc.Arbitrary<string> = hexId(32);
export const spanId: fc.Arbitrary<string> = hexId(16);

/** A valid remote context with flags 0 to 3. */
export const spanContext: fc.Arbitrary<SpanContext> = fc.record({
  traceId,
  spanId,
  traceFlags: fc.integer({ min: 0, max: 3 }),
  isRemote: fc.constant(true),
});

/** `text` with up to three characters replaced, inserted or removed: what a strict parser has to refuse and a lax one lets through. */
export function damaged(text: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const edit = fc.tuple(
    fc.nat({ max: 80 }),
    fc.nat({ max: 1 }),
    fc.oneof(fc.constantFrom('0', 'f', '-', 'A', 'd', ' ', '\n', ':', ',', '=', ';', '%', ''), fc.string({ maxLength: 2 })),
  );
  return fc
    .tuple(text, fc.array(edit, { maxLength: 3 }))
    .map(([whole, edits]) => edits.reduce((left, [at, cut, put]) => left.slice(0, at) + put + left.slice(at + cut), whole));
}

export const traceA = '0af7651916cd43dd8448eb211c80319c';
export const spanA = 'b7ad6b7169203331';
export const traceB = '80f198ee56343ba864fe8b2a57d3eff7';
export const spanB = 'e457b5a2e4d86bd1';

/** A context of the fixtures above. */
export function remote(trace: string, span: string, traceFlags = 1): SpanContext {
  return { traceId: trace, spanId: span, traceFlags, isRemote: true };
}
