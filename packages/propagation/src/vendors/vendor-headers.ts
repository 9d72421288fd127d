import type { SpanContext } from '@opentelemetry/api';
import { formats } from '../formats/formats.ts';
import { isId } from '../formats/ids.ts';
import { type HeaderField, headerField, knownField } from '../headers/header-field.ts';
import { TraceHeaders } from '../headers/trace-headers.ts';

/**
 * A vendor whose tracers write headers of their own: Datadog (`x-datadog-*`), Instana (`X_INSTANA_*`), Sentry (`sentry-trace`), New Relic
 * (`newrelic`), AWS X-Ray (`x-amzn-trace-id`).
 */
export type Vendor = 'datadog' | 'instana' | 'sentry' | 'newrelic' | 'xray';

interface VendorHeaders {
  readonly fields: readonly HeaderField[];
  readonly read: (headers: TraceHeaders) => SpanContext | undefined;
}

const newrelic = headerField('newrelic', { limit: 1024, text: 'ascii' });
// No grammar: OpenTelemetry's propagator for it, where it is registered, reads more than has a span id.
const xray = headerField('x-amzn-trace-id', { limit: 256, text: 'ascii' });

const vendors: Readonly<Record<Vendor, VendorHeaders>> = {
  datadog: ofFormat('datadog'),
  instana: ofFormat('instana'),
  sentry: ofFormat('sentry'),
  newrelic: { fields: [newrelic], read: (headers) => headers.last(newrelic, parseNewRelic) },
  xray: { fields: [xray], read: (headers) => headers.last(xray, parseXray) },
};

/** For checks and error texts. */
export const vendorNames: readonly Vendor[] = Object.keys(vendors) as Vendor[];

const all = setOf(vendorNames);

/** The headers of vendors as a set: see `HeaderField.bit`. */
export function setOf(names: readonly Vendor[]): number {
  return names.flatMap((name) => vendors[name].fields).reduce((set, { bit }) => set | bit, 0);
}

/**
 * The contexts that vendors' headers name, each vendor's last one, but for those whose headers are in the set `kept`.
 *
 * @param headers of a message, in any client's shape
 */
export function vendorContexts(headers: unknown, kept: number): readonly SpanContext[] {
  const wanted = all & ~kept;
  if (!mayHave(headers, wanted)) return [];
  const known = new TraceHeaders(headers);
  return Object.values(vendors).flatMap(({ fields, read }) => {
    const context = fields.some(({ bit }) => (bit & wanted) !== 0) ? read(known) : undefined;
    return context === undefined ? [] : [context];
  });
}

/** Asked for each message that is sent with headers; of most the names alone say that there is nothing to read. */
function mayHave(headers: unknown, wanted: number): boolean {
  if (typeof headers !== 'object' || headers === null) return false;
  if (Object.getPrototypeOf(headers) !== Object.prototype) return true;
  for (const name in headers) if (((knownField(name)?.bit ?? 0) & wanted) !== 0) return true;
  return false;
}

function ofFormat(name: 'datadog' | 'instana' | 'sentry'): VendorHeaders {
  const format = formats[name];
  return { fields: format.fields, read: (headers) => format.extract(headers)?.context };
}

/** Reads `newrelic`: Base64 of JSON with the trace id `d.tr`, of 16 or 32 digits, and the span id `d.id`; `d.sa`: whether it is sampled. */
function parseNewRelic(text: string): SpanContext | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(Buffer.from(text, 'base64').toString());
  } catch {
    return undefined;
  }
  const { tr, id, sa } = ((parsed as { readonly d?: unknown } | null)?.d ?? {}) as Readonly<Record<string, unknown>>;
  return typeof tr === 'string' && typeof id === 'string' ? remote(tr.padStart(32, '0'), id, sa === true) : undefined;
}

/** Reads `Root=1-<8 hex>-<24 hex>;Parent=<16 hex>;Sampled=<0 or 1>` in any order, with other parts between. */
function parseXray(text: string): SpanContext | undefined {
  const parts = new Map(text.split(';').map((part) => part.trim().split('=', 2) as [string, string | undefined]));
  const [version, time, random, ...rest] = (parts.get('Root') ?? '').split('-');
  if (version !== '1' || time?.length !== 8 || random === undefined || rest.length > 0) return undefined;
  return remote(time + random, parts.get('Parent') ?? '', parts.get('Sampled') === '1');
}

function remote(traceId: string, spanId: string, isSampled: boolean): SpanContext | undefined {
  if (traceId.length !== 32 || spanId.length !== 16 || !isId(traceId, 0, 32) || !isId(spanId, 0, 16)) return undefined;
  return { traceId, spanId, traceFlags: isSampled ? 1 : 0, isRemote: true };
}
