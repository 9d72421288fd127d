import { isUtf8 } from 'node:buffer';
import type { Attributes } from '@opentelemetry/api';
import { headerField } from '../headers/header-field.ts';
import type { TraceHeaders } from '../headers/trace-headers.ts';
import type { Foreign, HeaderFormat } from './header-format.ts';

const base64 = /^[A-Za-z0-9+/]*={0,2}$/;
// Agents keep 3 by default; a configured fleet may keep more.
const maxCorrelationEntries = 64;

const sw8Field = headerField('sw8', { limit: 2048, text: 'ascii' });
const correlationField = headerField('sw8-correlation', { limit: 2048, text: 'ascii', baggage: 'foreign' });
const extensionField = headerField('sw8-x', { limit: 2048, text: 'ascii' });

/** SkyWalking. Its ids are no trace ids, so they are attributes here and travel on; a header of our own would be a lie. */
export const sw8: HeaderFormat = {
  carries: 'foreign',
  fields: [sw8Field, correlationField, extensionField],
  propagatorFields: [],
  extract: () => undefined,
  inject: () => {},
  foreign: extractForeign,
};

/** The headers to write on are padded. The correlation is SkyWalking's baggage; an empty one is legal. */
function extractForeign(headers: TraceHeaders): Foreign | undefined {
  const ids = headers.last(sw8Field, parseSw8);
  const correlation = headers.last(correlationField, parseSw8Correlation);
  if (ids === undefined && correlation === undefined) return undefined;
  return {
    attributes: { ...(ids && sw8Attributes(ids)), ...(correlation && correlationAttributes(correlation)) },
    entries: ids === undefined ? [] : [['sw8', formatSw8(ids)]],
    baggage: correlation === undefined ? [] : [['sw8-correlation', formatSw8Correlation(correlation)]],
  };
}

/** SkyWalking's cross-process header. Source: SkyWalking Cross Process Propagation Headers Protocol v3. */
interface Sw8 {
  readonly sampled: boolean;
  readonly traceId: string;
  readonly segmentId: string;
  readonly spanId: number;
  readonly service: string;
  readonly serviceInstance: string;
  readonly endpoint: string;
  readonly peer: string;
}

/**
 * Reads `sw8`: eight fields with `-` between them. Missing base64 padding is tolerated; so is the form `1-------`, which
 * the Python agent writes for a trace that it does not sample: every field but the first empty.
 */
export function parseSw8(text: string): Sw8 | undefined {
  const fields = text.split('-');
  const [sample = '', ...rest] = fields;
  if (fields.length !== 8 || (sample !== '0' && sample !== '1')) return undefined;
  const spanId = rest[2] === '' ? 0 : Number(/^\d{1,9}$/.exec(rest[2] ?? '')?.[0]);
  const [traceId, segmentId, , service, serviceInstance, endpoint, peer] = rest.map(fromBase64);
  if (traceId === undefined || segmentId === undefined || Number.isNaN(spanId)) return undefined;
  if (service === undefined || serviceInstance === undefined || endpoint === undefined || peer === undefined) return undefined;
  return { sampled: sample === '1', traceId, segmentId, spanId, service, serviceInstance, endpoint, peer };
}

/** Writes `sw8` with full padding: agents crash without it. The form without ids stays as it came. */
export function formatSw8(sw8: Sw8): string {
  const sample = sw8.sampled ? '1' : '0';
  if (sw8.traceId === '') return `${sample}-------`;
  const [traceId, segmentId, service, instance, endpoint, peer] = [
    sw8.traceId,
    sw8.segmentId,
    sw8.service,
    sw8.serviceInstance,
    sw8.endpoint,
    sw8.peer,
  ].map(toBase64);
  return `${sample}-${traceId}-${segmentId}-${sw8.spanId}-${service}-${instance}-${endpoint}-${peer}`;
}

/** SkyWalking's ids for the consumer's span: they are not trace ids, so attributes are what can be searched for. */
export function sw8Attributes(sw8: Sw8): Attributes {
  if (sw8.traceId === '') return {};
  return {
    'tracelink.sw8.trace_id': sw8.traceId,
    'tracelink.sw8.segment_id': sw8.segmentId,
    'tracelink.sw8.span_id': sw8.spanId,
    'tracelink.sw8.service': sw8.service,
    'tracelink.sw8.service_instance': sw8.serviceInstance,
    'tracelink.sw8.endpoint': sw8.endpoint,
    'tracelink.sw8.peer': sw8.peer,
  };
}

/** The entries of `sw8-correlation`, SkyWalking's baggage. */
type Sw8Correlation = ReadonlyMap<string, string>;

/** Reads `base64(key):base64(value),…`; the empty text, which the Python agent always writes, is no entries. */
export function parseSw8Correlation(text: string): Sw8Correlation | undefined {
  const entries = new Map<string, string>();
  if (text === '') return entries;
  for (const pair of text.split(',')) {
    const [key, value, ...more] = pair.split(':').map(fromBase64);
    if (key === undefined || key === '' || value === undefined || more.length > 0) return undefined;
    entries.set(key, value);
    if (entries.size === maxCorrelationEntries) break;
  }
  return entries;
}

/** Writes `sw8-correlation` with full padding. */
export function formatSw8Correlation(entries: Sw8Correlation): string {
  return Array.from(entries, ([key, value]) => `${toBase64(key)}:${toBase64(value)}`).join(',');
}

/** The entries as attributes `tracelink.sw8.correlation.<key>`. */
function correlationAttributes(entries: Sw8Correlation): Attributes {
  return Object.fromEntries(Array.from(entries, ([key, value]) => [`tracelink.sw8.correlation.${key}`, value]));
}

/** Decodes base64 of UTF-8 text, with or without padding; `undefined` when it is neither. */
function fromBase64(text: string): string | undefined {
  // Node's decoder skips what it does not know, so the alphabet is checked first. One digit alone holds no byte.
  if (!base64.test(text) || text.replace(/=+$/, '').length % 4 === 1) return undefined;
  const bytes = Buffer.from(text, 'base64');
  return isUtf8(bytes) ? bytes.toString() : undefined;
}

/** Encodes UTF-8 text as base64 with padding. */
function toBase64(text: string): string {
  return Buffer.from(text).toString('base64');
}
