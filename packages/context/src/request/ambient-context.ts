import { subscribe } from 'node:diagnostics_channel';
import { context as contextApi, propagation, trace, type Context } from '@opentelemetry/api';

/** By request, or by stream of HTTP/2. Most servers start outside of a span, and then there is none. */
const ambients = new WeakMap<object, Context>();

let isWatching = false;

/**
 * From now on it is known of each request in which context Node emitted it, before any instrumentation made its own: that in which the server
 * was started, and so, where that happened inside a span, the span of the start.
 */
export function watchRequests(): void {
  if (isWatching) return;
  isWatching = true;
  subscribe('http.server.request.start', (message) => keep((message as { readonly request: object }).request));
  subscribe('http2.server.stream.start', (message) => keep((message as { readonly stream: object }).stream));
}

/** Also where there is no span: then whichever a request has is its own. */
function keep(of: object): void {
  ambients.set(of, contextApi.active());
}

/** What an SDK's span says of itself. */
interface Ended {
  readonly ended?: unknown;
}

/**
 * `context` without the span of the server's start, and without its baggage; the same where its span is of the request. Values that the
 * program set around the start stay.
 *
 * @param context in which a request is handled
 */
export function withoutStart(context: Context, request: object): Context {
  const span = trace.getSpan(context);
  if (span === undefined) return context;
  const ambient = ambients.get(request) ?? ambients.get((request as { readonly stream?: object }).stream ?? request);
  // Of servers that tell no one of their requests it is known that the start is over. A request's own span may have ended, too, where the
  // client has gone.
  const isOfStart = ambient === undefined ? (span as Ended).ended === true : trace.getSpan(ambient) === span;
  if (!isOfStart) return context;
  const without = trace.deleteSpan(context);
  const baggage = ambient && propagation.getBaggage(ambient);
  return baggage !== undefined && propagation.getBaggage(without) === baggage ? propagation.deleteBaggage(without) : without;
}
