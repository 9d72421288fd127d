import { checkOptions, text, type Rule } from '../../core/option-rules.ts';
import type { BackEndSpan } from '../rules/traced-record.ts';
import { HttpApi } from './http-api.ts';
import { jaegerSpans, studioSpans, tempoSpans } from './read-spans.ts';

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
  tenant: { must: 'the name of a tenant', accepts: text.accepts },
};

/**
 * Jaeger, by its query API v3.
 *
 * @param url of it, as `http://localhost:16686`; a user and a password in it are sent as Basic authentication
 * @throws {KafkaTracingError} `invalid_option`: the URL is none
 */
export function jaegerBackEnd(url: string): TraceBackEnd {
  return backEndAt(new HttpApi(url), {
    name: 'Jaeger',
    traces: ['api/v3/traces/'],
    read: jaegerSpans,
    probe: { path: 'api/v3/services', isIts: (text) => hasList(text, 'services') },
  });
}

/**
 * `@tracelink/studio`. @param url of its page
 *
 * @throws {KafkaTracingError} `invalid_option`: the URL is none
 */
export function studioBackEnd(url: string): TraceBackEnd {
  return backEndAt(new HttpApi(url), {
    name: '@tracelink/studio',
    traces: ['api/traces/'],
    read: studioSpans,
    probe: { path: 'api/traces?limit=1', isIts: (text) => hasList(text, 'traces') },
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
  return backEndAt(new HttpApi(url, tenant === undefined ? {} : { 'x-scope-orgid': tenant }), {
    name: 'Tempo',
    // Of 2.6 and later, and of those before it.
    traces: ['api/v2/traces/', 'api/traces/'],
    read: tempoSpans,
    // What no other server answers.
    probe: { path: 'api/echo', isIts: (text) => text.trim() === 'echo' },
  });
}

/** An API of traces by their ids, which answers an unknown one with 404, or with a trace that has no span. */
interface TraceApi {
  /** Whose it is. */
  readonly name: string;
  /** In front of the id: the paths that its versions have, asked in turn. */
  readonly traces: readonly string[];
  readonly read: (answer: unknown) => BackEndSpan[];
  /** What tells that the API is there, and whether a text is its answer. */
  readonly probe: { readonly path: string; readonly isIts: (text: string) => boolean };
}

function backEndAt(api: HttpApi, { name, traces, read, probe }: TraceApi): TraceBackEnd {
  let isThere = false;
  const spans = async (traceId: string): Promise<BackEndSpan[]> => {
    for (const path of traces) {
      const found = await api.read(`${path}${traceId}`, read);
      if (found !== undefined) return found;
    }
    // Of a wrong path everything is unknown, which would be told as a fault of the traces.
    if (!isThere) await api.mustHave(probe.path, name, probe.isIts);
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
