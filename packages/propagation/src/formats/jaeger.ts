import type { Baggage, BaggageEntry, SpanContext } from '@opentelemetry/api';
import { headerFamily, headerField } from '../headers/header-field.ts';
import type { TraceHeaders } from '../headers/trace-headers.ts';
import type { HeaderEntry } from '../headers/write-headers.ts';
import { maxBaggageEntries, maxBaggageLength, parseBaggageEntries, percentDecode } from './baggage.ts';
import type { Carried, HeaderFormat, SamplingState } from './header-format.ts';
import { isHexCode, isId } from './ids.ts';

const sampledBit = 1;
const debugBit = 2;
// What would be decoded on reading, and control characters, which no header of HTTP may hold where a proxy hands it on.
// oxlint-disable-next-line no-control-regex
const encoded = /[%\x00-\x1f\x7f]/g;

const uberTraceId = headerField('uber-trace-id', { limit: 128, text: 'ascii', grammar: parseJaeger });
const jaegerBaggage = headerField('jaeger-baggage', { limit: 8192, text: 'utf8', baggage: 'members' });
const uberctx = headerFamily('uberctx-', { limit: 4096, text: 'utf8' });

/** Jaeger's own clients. */
export const jaeger: HeaderFormat = {
  carries: 'hop',
  fields: [uberTraceId, jaegerBaggage],
  propagatorFields: ['uber-trace-id'],
  extract: (headers) => headers.last(uberTraceId, parseJaeger),
  inject: (entries, span, state) => void entries.push(['uber-trace-id', formatJaeger(span, state)]),
  baggage: { extract: extractBaggage, inject: injectBaggage },
};

/** Reads `uberctx-<key>`, raw or percent-encoded, and `jaeger-baggage: k=v, l=w`; the limits of `baggage` hold for all together. */
function extractBaggage(headers: TraceHeaders, entries: Record<string, BaggageEntry>): void {
  let count = Object.keys(entries).length;
  let length = 0;
  for (const [key, text] of headers.members(uberctx)) {
    length += key.length + text.length;
    if (count >= maxBaggageEntries || length > maxBaggageLength) break;
    if (key in entries) continue;
    entries[key] = { value: percentDecode(text) };
    count++;
  }
  const text = headers.joined(jaegerBaggage);
  for (const [key, entry] of Object.entries((text === undefined ? undefined : parseBaggageEntries(text)) ?? {})) {
    if (count >= maxBaggageEntries) break;
    if (key in entries) continue;
    entries[key] = entry;
    count++;
  }
}

/**
 * Values as they are but for `%` and control characters: OpenTelemetry Java decodes nothing, other readers decode `%25`. What is beyond the
 * limits of reading is left out whole.
 */
function injectBaggage(entries: HeaderEntry[], baggage: Baggage): void {
  let count = 0;
  let length = 0;
  for (const [key, { value }] of baggage.getAllEntries()) {
    if (count === maxBaggageEntries) break;
    if (typeof value !== 'string') continue;
    const text = value.toWellFormed().replace(encoded, encodeURIComponent);
    if (length + key.length + text.length > maxBaggageLength || Buffer.byteLength(text) > uberctx.limit) continue;
    entries.push([`${uberctx.prefix}${key}`, text]);
    length += key.length + text.length;
    count++;
  }
}

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
export function formatJaeger(context: SpanContext, state: SamplingState): string {
  const flags = state === 'debug' ? sampledBit | debugBit : context.traceFlags & sampledBit;
  return `${context.traceId}:${context.spanId}:0:${flags}`;
}
