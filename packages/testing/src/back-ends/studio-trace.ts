import { errorText, TestingError } from '../errors/testing-error.ts';
import { serviceNameOf, type ReceivedAttributes, type ReceivedLink, type ReceivedSpan, type TraceSpan } from '../spans/trace-span.ts';
import type { AskBackEnd } from './ask-back-end.ts';
import { waitForTrace, withLinked, type BackEndTrace, type BackEndTraceOptions } from './wait-for-trace.ts';

/** What is read of a span in the studio's answer. */
interface StudioSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: TraceSpan['kind'];
  readonly startUs: number;
  readonly durationUs: number;
  readonly status: TraceSpan['status']['code'];
  readonly statusMessage?: string;
  readonly attributes: ReceivedAttributes;
  readonly links: readonly ReceivedLink[];
  readonly resource: ReceivedAttributes;
  readonly scope: { readonly name: string };
}

interface StudioAnswer {
  readonly spans: readonly StudioSpan[];
  readonly related: readonly { readonly spans: readonly StudioSpan[] }[];
  readonly truncated: boolean;
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
 * @throws {TestingError} `timeout`, with what was there at last; `back_end` for an answer that no further asking can mend;
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
    const spans = [answer, ...answer.related].flatMap((trace) => trace.spans.map(toReceivedSpan));
    return withLinked(traceId, spans, answer.truncated);
  } catch (cause) {
    throw new TestingError('back_end', `The answer to ${path} is not the studio's: ${errorText(cause)}`, { cause });
  }
}

function toReceivedSpan(span: StudioSpan): ReceivedSpan {
  const { traceId, spanId, name, kind, attributes, resource } = span;
  return {
    traceId,
    spanId,
    parentSpanId: span.parentSpanId,
    name,
    kind,
    serviceName: serviceNameOf(resource),
    startTime: span.startUs / 1e3,
    duration: span.durationUs / 1e3,
    status: { code: span.status, ...(span.statusMessage === undefined ? {} : { message: span.statusMessage }) },
    links: span.links.map((link) => ({ traceId: link.traceId, spanId: link.spanId, attributes: link.attributes })),
    attributes,
    resource,
    scope: span.scope.name,
  };
}
