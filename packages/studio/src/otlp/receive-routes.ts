import { HttpError, type Exchange, type Route } from '../http/exchange.ts';
import { BodyRoom, readBody } from '../http/read-body.ts';
import type { TraceStore } from '../store/trace-store.ts';
import { encodingOf, type Encoding } from './encoding.ts';
import { list, MalformedError, members, type PartialSuccess } from './members.ts';
import { parseLogLines } from './parse-log-lines.ts';
import { parseSpans } from './parse-spans.ts';
import type { Signal } from './protobuf-messages.ts';

/** How many of the longest bodies are received at the same time; more than that of shorter ones. */
const bodiesAtOnce = 4;
/** Seconds after which an exporter may send again what there was no room for. */
const retryAfter = '1';

/** What keeps telemetry, or drops it. */
export type TelemetrySink = Pick<TraceStore, 'addSpans' | 'addLogLines' | 'addMetrics'>;

/**
 * Adds what the body of a request brought to the sink.
 *
 * @throws {MalformedError}
 */
type Take = (encoding: Encoding, body: Buffer) => PartialSuccess | undefined;

/**
 * Where exporters send by OTLP/HTTP.
 *
 * @param maxBodyBytes the longest body, as sent and decompressed
 * @param onArrival called after something was added to the sink
 */
export function receiveRoutes(sink: TelemetrySink, maxBodyBytes: number, onArrival: () => void): Route[] {
  const taking: Readonly<Record<Signal, Take>> = {
    traces: (encoding, body) => {
      const plain = encoding.plainSpans?.(body);
      const { groups, rejections } = plain === undefined ? parseSpans(encoding.decode('traces', body)) : { groups: plain };
      sink.addSpans(groups);
      return rejections?.partialSuccess;
    },
    logs: (encoding, body) => {
      const { lines, rejections } = parseLogLines(encoding.decode('logs', body));
      sink.addLogLines(lines);
      return rejections.partialSuccess;
    },
    metrics: (encoding, body) => {
      sink.addMetrics(countMetrics(encoding.decode('metrics', body)));
      return undefined;
    },
  };

  const room = new BodyRoom(bodiesAtOnce * maxBodyBytes);
  const receive = async (signal: Signal, encoding: Encoding, { request, response }: Exchange): Promise<void> => {
    using share = room.share();
    const body = await readBody(request, maxBodyBytes, share);
    const partial = taking[signal](encoding, body);
    onArrival();
    response.writeHead(200, { 'content-type': encoding.contentType }).end(encoding.encodeResponse(signal, partial));
  };

  return (Object.keys(taking) as Signal[]).map((signal) => ({
    method: 'POST',
    path: new RegExp(`^/v1/${signal}$`),
    answer: async (exchange) => {
      const encoding = encodingOf(exchange.request.headers['content-type']);
      if (encoding === undefined) {
        throw new HttpError(
          415,
          'OTLP is received as application/x-protobuf or application/json: set OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf.',
        );
      }
      try {
        await receive(signal, encoding, exchange);
      } catch (error) {
        const status = error instanceof HttpError ? error.status : error instanceof MalformedError ? 400 : undefined;
        if (status === undefined) throw error;
        const { response } = exchange;
        if (status === 503) response.setHeader('retry-after', retryAfter);
        response.writeHead(status, { 'content-type': encoding.contentType }).end(encoding.encodeError((error as Error).message));
      }
    },
  }));
}

/**
 * How many metrics an `ExportMetricsServiceRequest` brings. Nothing else of them is read.
 *
 * @param request in the form of OTLP's JSON encoding
 * @throws {MalformedError} where it is no such request
 */
function countMetrics(request: unknown): number {
  return list(members(request, 'request')['resourceMetrics'], 'resourceMetrics')
    .flatMap((resourceMetrics) => list(members(resourceMetrics, 'resourceMetrics')['scopeMetrics'], 'scopeMetrics'))
    .reduce((sum: number, scopeMetrics) => sum + list(members(scopeMetrics, 'scopeMetrics')['metrics'], 'metrics').length, 0);
}
