import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  context as contextApi,
  isSpanContextValid,
  propagation,
  SpanKind,
  SpanStatusCode,
  trace,
  type Attributes,
  type Context,
} from '@opentelemetry/api';
import { contained } from './contain.ts';
import { endSpan } from './record-error.ts';
import { scope } from './version.ts';

// RFC 9110 and RFC 5789: what the conventions call known. Others would be names without a bound.
const methods: ReadonlySet<string> = new Set(['CONNECT', 'DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT', 'TRACE']);

/**
 * The context of a request's span: the active one where HTTP instrumentation made it; otherwise a `SERVER` span that continues the
 * trace of the request's headers and ends when the response closes.
 * Source: semantic conventions for HTTP, server spans.
 *
 * @param route asked for at the end, when the framework knows
 */
export function serverContext(request: IncomingMessage, response: ServerResponse, route: () => string | undefined): Context {
  const active = contextApi.active();
  const current = trace.getSpanContext(active);
  if (current !== undefined && isSpanContextValid(current)) return active;
  const parent = contained('reading headers', () => propagation.extract(active, request.headers)) ?? active;
  const method = methods.has(request.method ?? '') ? (request.method as string) : undefined;
  const name = method ?? 'HTTP';
  const span = contained('starting a span', () =>
    trace
      .getTracer(scope.name, scope.version)
      .startSpan(name, { kind: SpanKind.SERVER, attributes: requestAttributes(request, method) }, parent),
  );
  if (span === undefined) return parent;
  response.once('close', () => {
    contained('describing a request', () => {
      const known = route();
      if (known !== undefined) span.updateName(`${name} ${known}`).setAttribute('http.route', known);
      if (!response.headersSent) return;
      span.setAttribute('http.response.status_code', response.statusCode);
      if (response.statusCode < 500) return;
      span.setAttribute('error.type', String(response.statusCode));
      span.setStatus({ code: SpanStatusCode.ERROR });
    });
    endSpan(span);
  });
  return trace.setSpan(parent, span);
}

function requestAttributes(request: IncomingMessage, method: string | undefined): Attributes {
  const [path = '', query] = (request.url ?? '').split('?', 2);
  const isEncrypted = (request.socket as { readonly encrypted?: boolean }).encrypted === true;
  return {
    'http.request.method': method ?? '_OTHER',
    ...(method === undefined && { 'http.request.method_original': request.method }),
    'url.path': path,
    ...(query !== undefined && { 'url.query': query }),
    'url.scheme': isEncrypted ? 'https' : 'http',
    'network.protocol.version': request.httpVersion,
  };
}
