import { HttpError, type Exchange, type Route } from '../http/exchange.ts';
import { BodyRoom, readBody } from '../http/read-body.ts';
import { encodingOf, type Encoding } from './encoding.ts';
import { MalformedError } from './members.ts';
import type { Signal } from './protobuf-messages.ts';
import { takeTelemetry, type TelemetrySink } from './take-telemetry.ts';

/** How many of the longest bodies are received at the same time; more than that of shorter ones. */
const bodiesAtOnce = 4;
/** Seconds after which an exporter may send again what there was no room for. */
const retryAfter = '1';

/**
 * Where exporters send by OTLP/HTTP.
 *
 * @param maxBodyBytes the longest body, as sent and decompressed
 * @param onArrival called after something was added to the sink
 */
export function receiveRoutes(sink: TelemetrySink, maxBodyBytes: number, onArrival: () => void): Route[] {
  const take = takeTelemetry(sink, onArrival);
  const room = new BodyRoom(bodiesAtOnce * maxBodyBytes);
  const receive = async (signal: Signal, encoding: Encoding, { request, response }: Exchange): Promise<void> => {
    using share = room.share();
    const body = await readBody(request, maxBodyBytes, share);
    const partial = take[signal](encoding, body);
    response.writeHead(200, { 'content-type': encoding.contentType }).end(encoding.encodeResponse(signal, partial));
  };

  return (Object.keys(take) as Signal[]).map((signal) => ({
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
