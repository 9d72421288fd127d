import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  context as contextApi,
  createContextKey,
  isSpanContextValid,
  propagation,
  SpanKind,
  SpanStatusCode,
  trace,
  type Attributes,
  type Context,
} from '@opentelemetry/api';
import { guard } from '../errors/diagnostics.ts';
import { Attr } from '../spans/semconv.ts';
import { endSpan, startSpan } from '../spans/span-lifecycle.ts';
import { withoutStart } from './ambient-context.ts';

// RFC 9110 and RFC 5789: what the conventions call known. Others would be names without a bound.
const methods: ReadonlySet<string> = new Set(['CONNECT', 'DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT', 'TRACE']);

/**
 * Where OpenTelemetry's HTTP instrumentation looks for the route when a response ends: it is below the framework, and names the span and its
 * metrics by the method alone without this. The key of `getRPCMetadata` of `@opentelemetry/core`, which is the SDK's.
 */
const rpcMetadata = createContextKey('OpenTelemetry SDK Context Key RPC_METADATA');

/** The route is asked for when it is read, as Express knows it late. Another instrumentation may still set it. */
function tellRoute(context: Context, route: () => string | undefined): void {
  const metadata = context.getValue(rpcMetadata) as { readonly type?: unknown; readonly route?: unknown } | undefined;
  if (metadata?.type !== 'http' || metadata.route !== undefined) return;
  Object.defineProperty(metadata, 'route', {
    configurable: true,
    enumerable: true,
    get: route,
    set(value: unknown) {
      Object.defineProperty(metadata, 'route', { configurable: true, enumerable: true, writable: true, value });
    },
  });
}

/**
 * The context of a request's span: the active one where HTTP instrumentation made it; otherwise a `SERVER` span that continues the
 * trace of the request's headers and ends when the response closes. The span in which the server was started is none of a request's.
 * Source: semantic conventions for HTTP, server spans.
 *
 * @param route asked for at the end, when the framework knows; names the span of HTTP instrumentation, too
 */
export function serverContext(request: IncomingMessage, response: ServerResponse, route: () => string | undefined): Context {
  const active = withoutStart(contextApi.active(), request);
  const current = trace.getSpanContext(active);
  if (current !== undefined && isSpanContextValid(current)) {
    guard('naming the route', () => tellRoute(active, route));
    return active;
  }
  const parent = guard('reading headers', () => propagation.extract(active, request.headers)) ?? active;
  const method = methods.has(request.method ?? '') ? (request.method as string) : undefined;
  const name = method ?? 'HTTP';
  const span = startSpan(name, { kind: SpanKind.SERVER, attributes: requestAttributes(request, method), parent });
  onceClosed(response, () => {
    const describe = (): void => {
      const known = route();
      if (known !== undefined) span.updateName(`${name} ${known}`).setAttribute(Attr.HTTP_ROUTE, known);
      if (!response.headersSent) return;
      span.setAttribute(Attr.HTTP_STATUS_CODE, response.statusCode);
      if (response.statusCode < 500) return;
      span.setAttribute(Attr.ERROR_TYPE, String(response.statusCode));
      span.setStatus({ code: SpanStatusCode.ERROR });
    };
    endSpan(span, { describe });
  });
  return trace.setSpan(parent, span);
}

/**
 * Runs `closed` once the response has closed, sent whole or left by its client: at once where it has closed already. Node tells of that once,
 * and the client may be gone before a middleware that waits hands the request on.
 */
export function onceClosed(response: ServerResponse, closed: () => void): void {
  if (response.closed || http2StreamOf(response)?.closed === true) closed();
  else response.once('close', closed);
}

/** Of a response over HTTP/2 what tells how it has ended; `undefined` over HTTP/1. */
export function http2StreamOf(response: ServerResponse): { readonly closed: boolean; readonly aborted: boolean } | undefined {
  return (response as { readonly stream?: { readonly closed: boolean; readonly aborted: boolean } }).stream;
}

function requestAttributes(request: IncomingMessage, method: string | undefined): Attributes {
  const [path = '', query] = (request.url ?? '').split('?', 2);
  const isEncrypted = (request.socket as { readonly encrypted?: boolean }).encrypted === true;
  return {
    [Attr.HTTP_METHOD]: method ?? '_OTHER',
    ...(method === undefined && { [Attr.HTTP_METHOD_ORIGINAL]: request.method }),
    [Attr.URL_PATH]: path,
    ...(query !== undefined && { [Attr.URL_QUERY]: query }),
    [Attr.URL_SCHEME]: isEncrypted ? 'https' : 'http',
    [Attr.PROTOCOL_VERSION]: request.httpVersion,
  };
}
