import type { Attributes } from '@opentelemetry/api';
import { fromBase64, toBase64 } from './base64.ts';

/** SkyWalking's cross-process header. Source: SkyWalking Cross Process Propagation Headers Protocol v3. */
export interface Sw8 {
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
