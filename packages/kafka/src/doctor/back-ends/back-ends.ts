import { errorMessage } from '../../core/error-type.ts';
import { KafkaTracingError } from '../../core/kafka-tracing-error.ts';
import type { RecordPlace } from '../records/seen-record.ts';
import type { UnknownTraces } from '../rules/topic-summary.ts';

/** A back end that traces are sent to. */
export interface TraceBackEnd {
  /** Whether it has a span of the trace. @param traceId 32 hexadecimal digits */
  hasTrace(traceId: string): Promise<boolean>;
}

/** Milliseconds for which an answer is waited. */
const patience = 10_000;

/**
 * Jaeger, by its query API v3. @param url of it, as `http://localhost:16686`
 *
 * @throws {KafkaTracingError} `invalid_option`: the URL is none
 */
export function jaegerBackEnd(url: string): TraceBackEnd {
  return backEndAt(url, (traceId) => `api/v3/traces/${traceId}`);
}

/**
 * `@tracelink/studio`. @param url of its page
 *
 * @throws {KafkaTracingError} `invalid_option`: the URL is none
 */
export function studioBackEnd(url: string): TraceBackEnd {
  return backEndAt(url, (traceId) => `api/traces/${traceId}`);
}

/** Both answer with 404 for a trace that they do not know. */
function backEndAt(url: string, pathOf: (traceId: string) => string): TraceBackEnd {
  if (!/^https?:$/.test(URL.parse(url)?.protocol ?? ''))
    throw new KafkaTracingError('invalid_option', `A back end has an address such as http://localhost:16686, not "${url}".`);
  const base = url.endsWith('/') ? url : `${url}/`;
  return {
    async hasTrace(traceId) {
      const target = new URL(pathOf(traceId), base).href;
      const { status } = await ask(target);
      if (status !== 200 && status !== 404) throw new KafkaTracingError('back_end', `The back end answered ${status} to ${target}.`);
      return status === 200;
    },
  };
}

async function ask(target: string): Promise<{ readonly status: number }> {
  try {
    const response = await fetch(target, { signal: AbortSignal.timeout(patience), headers: { accept: 'application/json' } });
    await response.body?.cancel();
    return response;
  } catch (error) {
    // fetch says only that it failed; why, is in the cause.
    const reason = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    throw new KafkaTracingError('back_end', `The back end does not answer to ${target}: ${errorMessage(reason)}`, { cause: error });
  }
}

/** A sampled trace, and a record that names it. */
export interface NamedTrace extends RecordPlace {
  readonly traceId: string;
  /** Of the record, milliseconds since the epoch. */
  readonly timestamp: number;
}

/** Milliseconds that exporters and back ends may take. */
const lateness = 30_000;

/** Asks a back end for traces, one after the other; those of the last half minute may be on their way. */
export async function unknownTraces(backEnd: TraceBackEnd, traces: Iterable<NamedTrace>, now: number): Promise<UnknownTraces> {
  const places: RecordPlace[] = [];
  let [asked, unknown] = [0, 0];
  for (const { traceId, timestamp, partition, offset } of traces) {
    if (timestamp > now - lateness) continue;
    asked++;
    if (await backEnd.hasTrace(traceId)) continue;
    unknown++;
    if (places.length < 3) places.push({ partition, offset });
  }
  return { asked, unknown, places };
}
