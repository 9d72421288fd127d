import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { getStringFromEnv, getStringListFromEnv, loggingErrorHandler, setGlobalErrorHandler } from '@opentelemetry/core';

/** Where the environment sends spans by OTLP, as the exporters read it. */
interface EndPoint {
  readonly url: URL;
  readonly isGrpc: boolean;
}

/** @returns `undefined` where spans go nowhere or elsewhere, or the end point is no URL, which is said: the exporter tells its `diag` alone */
function endPointFromEnv(): EndPoint | undefined {
  const exporters = getStringListFromEnv('OTEL_TRACES_EXPORTER') ?? ['otlp'];
  if (!exporters.includes('otlp')) return undefined;
  const protocol = getStringFromEnv('OTEL_EXPORTER_OTLP_TRACES_PROTOCOL') ?? getStringFromEnv('OTEL_EXPORTER_OTLP_PROTOCOL');
  const isGrpc = protocol === 'grpc';
  const own = getStringFromEnv('OTEL_EXPORTER_OTLP_TRACES_ENDPOINT');
  const base = getStringFromEnv('OTEL_EXPORTER_OTLP_ENDPOINT') ?? (isGrpc ? 'http://localhost:4317' : 'http://localhost:4318');
  const text = own ?? (isGrpc ? base : `${base.replace(/\/$/, '')}/v1/traces`);
  // By gRPC an address such as 127.0.0.1:4317 is enough, and means TLS.
  const url = isGrpc && !text.includes('://') ? `https://${text}` : text;
  if (URL.canParse(url)) return { url: new URL(url), isGrpc };
  warn(text, 'it is no URL');
  return undefined;
}

function warn(where: string, reason: string): void {
  process.emitWarning(`spans could not be delivered to ${where}: ${reason}`, { code: 'TRACELINK_UNDELIVERED' });
}

interface Failure {
  readonly code?: unknown;
  readonly details?: unknown;
  readonly message?: unknown;
}

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'there is no such host',
  EAI_AGAIN: 'the name of the host could not be looked up',
  HPE_INVALID_CONSTANT: 'what listens there does not speak HTTP/1.1. Is it a port for gRPC? Then set OTEL_EXPORTER_OTLP_PROTOCOL=grpc',
};

/** gRPC's codes for what is said by a server of another protocol. */
const notGrpc = 'what listens there does not speak gRPC. Is it a port for HTTP? Then set OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf';

function reasonOf({ code, details, message }: Failure, isGrpc: boolean): string {
  const text = String(details ?? message);
  if (isGrpc && /ECONNREFUSED|ENOTFOUND|EAI_AGAIN/.test(text)) return reasonOf({ code: /E[A-Z_]{7,}/.exec(text)?.[0] }, false);
  if (isGrpc && /Protocol error|RST_STREAM|HTTP\/1|HTTP status/i.test(text)) return notGrpc;
  const known = typeof code === 'string' ? reasons[code] : undefined;
  return known === undefined ? text : `${known} (${String(code)})`;
}

function reasonOfStatus(status: number): string {
  const hint = status === 404 ? '. OTEL_EXPORTER_OTLP_ENDPOINT is the base address: /v1/traces is put behind it' : '';
  return `it answers with status ${status}${hint}`;
}

/** Watches whether spans are delivered. */
export interface DeliveryWatch {
  /** What a flush of spans failed with. */
  readonly failed: (error: unknown) => void;
  readonly stop: () => void;
}

/**
 * Says once, as a warning of the process, that spans could not be delivered, to where, and why: OpenTelemetry tells its `diag` alone, which
 * has no logger unless the program sets one.
 *
 * By HTTP, Node tells of each request that fails or is answered, also of those that the exporter makes again for ten seconds. By gRPC, the
 * SDK's global error handler hears of what is given up, after which it goes where it would have gone.
 */
export function watchDelivery(): DeliveryWatch {
  const endPoint = endPointFromEnv();
  if (endPoint === undefined) return { failed: () => {}, stop: () => {} };
  const { url, isGrpc } = endPoint;
  let hasSaid = false;
  const say = (reason: string): void => {
    if (hasSaid) return;
    hasSaid = true;
    stop();
    warn(url.href, reason);
  };
  const isOurs = (request: ClientRequest): boolean => request.path === url.pathname + url.search && request.getHeader('host') === url.host;
  const onError = (message: unknown): void => {
    const { request, error } = message as { readonly request: ClientRequest; readonly error: Failure };
    if (isOurs(request)) say(reasonOf(error, false));
  };
  const onResponse = (message: unknown): void => {
    const { request, response } = message as { readonly request: ClientRequest; readonly response: IncomingMessage };
    const { statusCode = 0 } = response;
    if (statusCode >= 300 && isOurs(request)) say(reasonOfStatus(statusCode));
  };
  const stop = (): void => {
    unsubscribe('http.client.request.error', onError);
    unsubscribe('http.client.response.finish', onResponse);
    if (isGrpc) setGlobalErrorHandler(log);
  };
  const log = loggingErrorHandler();
  const failed = (error: unknown): void => {
    if (isGrpc) say(reasonOf((error ?? {}) as Failure, true));
  };
  if (isGrpc)
    setGlobalErrorHandler((error) => {
      failed(error);
      log(error);
    });
  else {
    subscribe('http.client.request.error', onError);
    subscribe('http.client.response.finish', onResponse);
  }
  return { failed, stop };
}
