import type { SpanContext } from '@opentelemetry/api';
import type { Carried } from './header-format.ts';
import { isHexCode, isId } from './ids.ts';

const sampledBit = 1;
const debugBit = 2;

/**
 * Reads `uber-trace-id`: `{trace id}:{span id}:{parent id or 0}:{flags}`, where leading zeros may be missing and `:` may be
 * `%3A`. The parent id is deprecated and dropped. Source: Jaeger client libraries, "Propagation format".
 */
export function parseJaeger(text: string): Carried | undefined {
  const fields = text.replaceAll(/%3a/gi, ':').split(':');
  const [traceId = '', spanId = '', parent = '', flags = ''] = fields;
  if (fields.length !== 4 || traceId.length > 32 || spanId.length > 16 || parent.length > 16) return undefined;
  if (!isId(traceId, 0, traceId.length) || !isId(spanId, 0, spanId.length)) return undefined;
  if (!isHex(parent) || flags.length === 0 || flags.length > 2 || !isHex(flags)) return undefined;
  const bits = Number.parseInt(flags, 16);
  const debug = (bits & debugBit) !== 0;
  // Jaeger's own clients set both bits; debug alone still means that someone wants to see this trace.
  const traceFlags = (bits & sampledBit) !== 0 || debug ? 1 : 0;
  return {
    context: { traceId: traceId.padStart(32, '0'), spanId: spanId.padStart(16, '0'), traceFlags, isRemote: true },
    sampling: 'inherit',
    debug,
  };
}

function isHex(text: string): boolean {
  for (let index = 0; index < text.length; index++) if (!isHexCode(text.charCodeAt(index))) return false;
  return true;
}

/** Writes `uber-trace-id` with full-length ids and `0` for the parent. */
export function formatJaeger(context: SpanContext, isDebug: boolean): string {
  const flags = isDebug ? sampledBit | debugBit : context.traceFlags & sampledBit;
  return `${context.traceId}:${context.spanId}:0:${flags}`;
}
