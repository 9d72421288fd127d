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
   * @default none: the rules about spans find nothing, and a trace counts as known whichever of its spans there is
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
  return backEndAt(url, {
    name: 'Jaeger',
    traces: 'api/v3/traces/',
    read: jaegerSpans,
    probe: { path: 'api/v3/services', list: 'services' },
  });
}

/**
 * `@tracelink/studio`. @param url of its page
 *
 * @throws {KafkaTracingError} `invalid_option`: the URL is none
 */
export function studioBackEnd(url: string): TraceBackEnd {
  return backEndAt(url, {
    name: '@tracelink/studio',
    traces: 'api/traces/',
    read: studioSpans,
    probe: { path: 'api/traces?limit=1', list: 'traces' },
  });
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

/** An API of traces by their ids, which answers with 404 for one that it does not know. */
interface TraceApi {
  /** Whose it is. */
  readonly name: string;
  /** In front of the id. */
  readonly traces: string;
  readonly read: (answer: unknown) => BackEndSpan[];
  /** What tells that the API is there, and the member of its answer that is a list. */
  readonly probe: { readonly path: string; readonly list: string };
}

function backEndAt(url: string, { name, traces, read, probe }: TraceApi): TraceBackEnd {
  const api = new HttpApi(url);
  let isThere = false;
  const spans = async (traceId: string): Promise<BackEndSpan[]> => {
    const found = await api.read(`${traces}${traceId}`, read);
    if (found !== undefined) return found;
    // Of a wrong path everything is unknown, which would be told as a fault of the traces.
    if (!isThere) await api.mustHave(probe.path, name, (text) => hasList(text, probe.list));
    isThere = true;
    return [];
  };
  return { hasTrace: async (traceId) => (await spans(traceId)).length > 0, spans };
}

function hasList(text: string, name: string): boolean {
  try {
    // Empty lists may be left out.
    return Array.isArray((JSON.parse(text) as Readonly<Record<string, unknown>>)[name] ?? []);
  } catch {
    return false;
  }
}
