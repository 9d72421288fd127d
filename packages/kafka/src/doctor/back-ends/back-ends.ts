import { checkOptions, type Rule } from '../../core/option-rules.ts';
import type { BackEndSpan } from '../rules/traced-record.ts';
import { HttpApi } from './http-api.ts';
import { jaegerSpans, studioSpans } from './read-spans.ts';
import { TempoApi } from './tempo-api.ts';

/** A back end that traces are sent to. */
export interface TraceBackEnd {
  /** Whether it has a span of the trace. @param traceId 32 hexadecimal digits */
  hasTrace(traceId: string): Promise<boolean>;
  /**
   * Its spans of the trace, and spans of other traces that link to it where it knows them; none where it does not know the trace.
   *
   * @param traceId 32 hexadecimal digits
   * @default none: the rules about spans find nothing
   */
  spans?(traceId: string): Promise<readonly BackEndSpan[]>;
}

/** Options of `tempoBackEnd`. */
export interface TempoBackEndOptions {
  /** The tenant of a Tempo that has several, sent as `X-Scope-OrgID`. @default none */
  readonly tenant?: string;
}

const tempoRules: Readonly<Record<keyof TempoBackEndOptions, Rule>> = {
  tenant: { must: 'the name of a tenant', accepts: (value) => typeof value === 'string' && value !== '' },
};

/**
 * Jaeger, by its query API v3.
 *
 * @param url of it, as `http://localhost:16686`; a user and a password in it are sent as Basic authentication
 * @throws {KafkaTracingError} `invalid_option`: the URL is none
 */
export function jaegerBackEnd(url: string): TraceBackEnd {
  return backEndAt(url, 'api/v3/traces/', jaegerSpans);
}

/**
 * `@tracelink/studio`. @param url of its page
 *
 * @throws {KafkaTracingError} `invalid_option`: the URL is none
 */
export function studioBackEnd(url: string): TraceBackEnd {
  return backEndAt(url, 'api/traces/', studioSpans);
}

/**
 * Grafana Tempo, and what speaks its HTTP API.
 *
 * @param url in front of `/api/v2/traces`, as `http://localhost:3200`; a user and a password in it are sent as Basic authentication
 * @throws {KafkaTracingError} `unknown_option`; `invalid_option`: the URL is none
 */
export function tempoBackEnd(url: string, options: TempoBackEndOptions = {}): TraceBackEnd {
  checkOptions('tempoBackEnd', options, tempoRules);
  const { tenant } = options;
  const api = new TempoApi(new HttpApi(url, tenant === undefined ? {} : { 'x-scope-orgid': tenant }));
  return {
    // Tempo answers with an empty trace where it has none.
    hasTrace: async (traceId) => (await api.spans(traceId)).length > 0,
    spans: (traceId) => api.spans(traceId),
  };
}

/** Both answer with 404 for a trace that they do not know. */
function backEndAt(url: string, path: string, read: (answer: unknown) => BackEndSpan[]): TraceBackEnd {
  const api = new HttpApi(url);
  return {
    async hasTrace(traceId) {
      const { response } = await api.get(`${path}${traceId}`);
      await response.body?.cancel();
      return response.status === 200;
    },
    spans: async (traceId) => (await api.read(`${path}${traceId}`, read)) ?? [],
  };
}
