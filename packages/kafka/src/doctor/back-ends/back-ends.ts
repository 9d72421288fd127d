import { errorMessage } from '../../core/error-type.ts';
import { KafkaTracingError } from '../../core/kafka-tracing-error.ts';
import type { BackEndSpan } from '../rules/traced-record.ts';
import { jaegerSpans, studioSpans } from './read-spans.ts';

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

/** Milliseconds for which an answer is waited. */
const patience = 10_000;

/**
 * Jaeger, by its query API v3. @param url of it, as `http://localhost:16686`
 *
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

/** Both answer with 404 for a trace that they do not know. */
function backEndAt(url: string, path: string, read: (answer: unknown) => BackEndSpan[]): TraceBackEnd {
  if (!/^https?:$/.test(URL.parse(url)?.protocol ?? ''))
    throw new KafkaTracingError('invalid_option', `A back end has an address such as http://localhost:16686, not "${url}".`);
  const base = url.endsWith('/') ? url : `${url}/`;
  const answerOf = async (traceId: string): Promise<{ readonly target: string; readonly response: Response }> => {
    const target = new URL(`${path}${traceId}`, base).href;
    const response = await ask(target);
    const { status } = response;
    if (status === 200 || status === 404) return { target, response };
    await response.body?.cancel();
    throw new KafkaTracingError('back_end', `The back end answered ${status} to ${target}.`);
  };
  return {
    async hasTrace(traceId) {
      const { response } = await answerOf(traceId);
      await response.body?.cancel();
      return response.status === 200;
    },
    async spans(traceId) {
      const { target, response } = await answerOf(traceId);
      try {
        if (response.status === 200) return read(await response.json());
      } catch (error) {
        throw new KafkaTracingError('back_end', `The back end has no trace in its answer to ${target}: ${errorMessage(error)}`, {
          cause: error,
        });
      }
      await response.body?.cancel();
      return [];
    },
  };
}

async function ask(target: string): Promise<Response> {
  try {
    return await fetch(target, { signal: AbortSignal.timeout(patience), headers: { accept: 'application/json' } });
  } catch (error) {
    // fetch says only that it failed; why, is in the cause.
    const reason = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    throw new KafkaTracingError('back_end', `The back end does not answer to ${target}: ${errorMessage(reason)}`, { cause: error });
  }
}
