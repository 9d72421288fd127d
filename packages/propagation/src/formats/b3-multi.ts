import type { SpanContext } from '@opentelemetry/api';
import type { Carried, HeaderEntry } from './header-format.ts';
import { isId, wideTraceId } from './ids.ts';

/** `specification`: `X-B3-TraceId`, which Java reads; `lower`: `x-b3-traceid`, which Go and Python read. Both are read here. */
export type B3MultiNames = 'specification' | 'lower';

const written = {
  specification: { traceId: 'X-B3-TraceId', spanId: 'X-B3-SpanId', sampled: 'X-B3-Sampled', flags: 'X-B3-Flags' },
  lower: { traceId: 'x-b3-traceid', spanId: 'x-b3-spanid', sampled: 'x-b3-sampled', flags: 'x-b3-flags' },
} as const;

/** Reads `X-B3-TraceId`: 32 or 16 lower-case hex digits, not all zeros; padded to 32. */
export function parseB3TraceId(text: string): string | undefined {
  return (text.length === 32 || text.length === 16) && isId(text, 0, text.length) ? wideTraceId(text) : undefined;
}

/** Reads `X-B3-SpanId`: 16 lower-case hex digits, not all zeros. */
export function parseB3SpanId(text: string): string | undefined {
  return text.length === 16 && isId(text, 0, 16) ? text : undefined;
}

/** Reads `X-B3-Sampled`: `1` and `0`, and the `true` and `false` of old tracers (OpenTelemetry reads `True`, `False` too). */
export function parseB3Sampled(text: string): boolean | undefined {
  if (text === '1' || text === 'true' || text === 'True') return true;
  return text === '0' || text === 'false' || text === 'False' ? false : undefined;
}

/** Reads `X-B3-Flags`: `1` is debug, `0` is legal and says nothing. */
export function parseB3Flags(text: string): boolean | undefined {
  return text === '1' ? true : text === '0' ? false : undefined;
}

/** Puts the headers together: debug beats sampled; ids come in pairs or not at all; a state without ids still counts. */
export function b3Multi(
  traceId: string | undefined,
  spanId: string | undefined,
  sampled: boolean | undefined,
  debug: boolean,
): Carried | undefined {
  const accepted = debug || sampled === true;
  const sampling = accepted ? 'inherit' : sampled === false ? 'deny' : 'defer';
  if (traceId === undefined || spanId === undefined) return sampling === 'defer' ? undefined : { context: undefined, sampling, debug };
  return { context: { traceId, spanId, traceFlags: accepted ? 1 : 0, isRemote: true }, sampling, debug };
}

/** Writes `X-B3-*`: no parent id (OpenTelemetry's rule), and with debug no `Sampled`, which debug implies. */
export function formatB3Multi(context: SpanContext, isDebug: boolean, names: B3MultiNames): readonly HeaderEntry[] {
  const name = written[names];
  return [
    [name.traceId, context.traceId],
    [name.spanId, context.spanId],
    isDebug ? [name.flags, '1'] : [name.sampled, (context.traceFlags & 1) === 1 ? '1' : '0'],
  ];
}
