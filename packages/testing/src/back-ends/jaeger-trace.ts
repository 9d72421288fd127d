import { errorText, TestingError } from '../errors/testing-error.ts';
import { receivedSpans, type ReceivedSpan } from '../spans/received-span.ts';
import type { AskBackEnd } from './ask-back-end.ts';
import { linkedIds, waitForTrace, withLinked, type BackEndTrace, type BackEndTraceOptions } from './wait-for-trace.ts';

/** The most traces that a trace's links are followed to. */
const mostLinked = 50;

/** The most traces of a service that are looked through for links to a trace. */
const mostSearched = 200;

/** How much earlier than the trace, in milliseconds, a span may start that links to it: clocks differ. */
const skew = 60_000;

/**
 * Reads a trace of Jaeger, and the traces that link to it and that it links to, by the query API v3, which is OTLP.
 *
 * Jaeger has no search by link: the latest 200 traces of each service since the trace began are looked through.
 *
 * ```ts
 * const trace = await jaegerTrace('http://127.0.0.1:16686', traceId, {
 *   until: (spans) => spans.toHaveEdge('orders send orders.placed', 'fulfilment process orders.placed', { via: 'both' }),
 * });
 * expectTrace(trace).not.toHaveSpan('fulfilment send orders.placed.dead-letter');
 * ```
 *
 * @param url of the query API, with its base path where it has one
 * @param traceId 32 hexadecimal digits
 * @throws {TestingError} `timeout`, with what was there at last; `back_end` for an answer that no retry can fix;
 * `invalid_argument`
 */
export function jaegerTrace(url: string, traceId: string, options: BackEndTraceOptions = {}): Promise<BackEndTrace> {
  return waitForTrace(readJaegerTrace, url, traceId, options);
}

async function readJaegerTrace(ask: AskBackEnd, traceId: string): Promise<BackEndTrace> {
  const own = await spansAt(ask, `api/v3/traces/${traceId}`);
  if (own.length === 0) return withLinked(traceId, own, false);
  const targets = linkedIds(own);
  targets.delete(traceId);
  const followed = [...targets].slice(0, mostLinked);
  const found = new Map([[traceId, own]]);
  for (const id of followed) found.set(id, await spansAt(ask, `api/v3/traces/${id}`));
  let truncated = targets.size > mostLinked;
  for (const service of await services(ask)) {
    const traces = Map.groupBy(await spansAt(ask, searchFor(service, own)), (span) => span.traceId);
    truncated ||= traces.size >= mostSearched;
    for (const [id, spans] of traces) if (!found.has(id)) found.set(id, spans);
  }
  return withLinked(traceId, [...found.values()].flat(), truncated);
}

function searchFor(service: string, own: readonly ReceivedSpan[]): string {
  const start = own.reduce((earliest, { startTime }) => Math.min(earliest, startTime), Date.now());
  const query = new URLSearchParams({
    'query.service_name': service,
    'query.start_time_min': new Date(start - skew).toISOString(),
    'query.start_time_max': new Date(Date.now() + skew).toISOString(),
    'query.num_traces': String(mostSearched),
  });
  return `api/v3/traces?${query.toString()}`;
}

async function services(ask: AskBackEnd): Promise<readonly string[]> {
  const answer = (await ask('api/v3/services')) as { readonly services?: readonly string[] } | undefined;
  return answer?.services ?? [];
}

async function spansAt(ask: AskBackEnd, path: string): Promise<ReceivedSpan[]> {
  const answer = (await ask(path)) as { readonly result?: unknown } | null | undefined;
  if (answer === undefined) return [];
  try {
    return await spansOf(answer?.result);
  } catch (cause) {
    throw new TestingError('back_end', `The answer to ${path} is not the one of Jaeger's query API: ${errorText(cause)}`, { cause });
  }
}

/** All of them: a span that cannot be read is one that an assertion would miss. */
async function spansOf(result: unknown): Promise<ReceivedSpan[]> {
  if (result === undefined) throw new TypeError('It has no "result"');
  const { parseSpans } = await import('@tracelink/studio/internal');
  const { groups, rejections } = parseSpans(result);
  if (rejections.partialSuccess !== undefined) throw new TypeError(rejections.partialSuccess.message);
  return receivedSpans(groups);
}
