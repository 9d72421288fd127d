import type { Origin, Span } from '@tracelink/studio/internal';
import { errorText, TestingError } from '../errors/testing-error.ts';
import { receivedSpan } from '../spans/received-span.ts';
import type { AskBackEnd } from './ask-back-end.ts';
import { waitForTrace, withLinked, type BackEndTrace, type BackEndTraceOptions } from './wait-for-trace.ts';

/** A span in the studio's answer. */
type StudioSpan = Span & Pick<Origin, 'resource' | 'scope'>;

interface StudioAnswer {
  readonly spans: readonly StudioSpan[];
  readonly related: readonly { readonly spans: readonly StudioSpan[] }[];
  /** Linked traces that the answer leaves out until they are asked for. */
  readonly moreLinked: number;
  /** Linked traces that it leaves out in any case. */
  readonly undrawable: number;
  /** Whether spans of the trace are no longer in the studio's memory. */
  readonly lostSpans: boolean;
}

/**
 * Reads a trace of `@tracelink/studio`, and the traces that link to it and that it links to.
 *
 * ```ts
 * const trace = await studioTrace(studio.url, traceId, {
 *   until: (spans) => spans.toHaveEdge('orders send orders.placed', 'fulfilment process orders.placed', { via: 'both' }),
 * });
 * ```
 *
 * @param url of the studio
 * @param traceId 32 hexadecimal digits
 * @throws {TestingError} `timeout`, with what was there at last; `back_end` for an answer that no retry can fix;
 * `invalid_argument`
 */
export function studioTrace(url: string, traceId: string, options: BackEndTraceOptions = {}): Promise<BackEndTrace> {
  return waitForTrace(readStudioTrace, url, traceId, options);
}

async function readStudioTrace(ask: AskBackEnd, traceId: string): Promise<BackEndTrace> {
  const path = `api/traces/${traceId}`;
  const answer = (await ask(path)) as StudioAnswer | undefined;
  if (answer === undefined) return withLinked(traceId, [], false);
  try {
    const spans = [answer, ...answer.related].flatMap((trace) => trace.spans.map((span) => receivedSpan(span, span)));
    // What lies behind linked traces is left out here, and tells nothing of them.
    return withLinked(traceId, spans, answer.moreLinked > 0 || answer.undrawable > 0 || answer.lostSpans);
  } catch (cause) {
    throw new TestingError('back_end', `The answer to ${path} is not the studio's: ${errorText(cause)}`, { cause });
  }
}
