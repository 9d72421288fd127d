import type { IncomingMessage } from 'node:http';
import type { Exchange, Route } from '../http/exchange.ts';
import { sendJson } from '../http/exchange.ts';
import { HttpError } from '../http/http-error.ts';
import { readBody } from '../http/read-body.ts';
import type { TraceStore } from '../store/trace-store.ts';
import { MalformedError } from './members.ts';
import { parseLogLines } from './parse-log-lines.ts';
import { parseSpans } from './parse-spans.ts';
import type { Rejections } from './rejections.ts';

/**
 * Where exporters send by OTLP/HTTP.
 *
 * @param maxBodyBytes the longest body, as sent and decompressed
 * @param onArrival called after something was added to the store
 */
export function receiveRoutes(store: TraceStore, maxBodyBytes: number, onArrival: () => void): Route[] {
  return [
    route('traces', 'rejectedSpans', (request) => {
      const { groups, rejections } = parseSpans(request);
      store.addSpans(groups);
      return rejections;
    }),
    route('logs', 'rejectedLogRecords', (request) => {
      const { lines, rejections } = parseLogLines(request);
      store.addLogLines(lines);
      return rejections;
    }),
  ];

  function route(signal: string, rejected: string, take: (request: unknown) => Rejections): Route {
    return {
      method: 'POST',
      path: new RegExp(`^/v1/${signal}$`),
      answer: async ({ request, response }: Exchange) => {
        if (!isJson(request)) throw new HttpError(415, 'OTLP is received as application/json.');
        const body = await readBody(request, maxBodyBytes);
        const { count, message } = malformedAs400(() => take(JSON.parse(body.toString('utf8'))));
        onArrival();
        sendJson(response, count === 0 ? {} : { partialSuccess: { [rejected]: String(count), errorMessage: message } });
      },
    };
  }
}

function malformedAs400<T>(run: () => T): T {
  try {
    return run();
  } catch (cause) {
    if (cause instanceof MalformedError || cause instanceof SyntaxError) throw new HttpError(400, cause.message, { cause });
    throw cause;
  }
}

function isJson({ headers }: IncomingMessage): boolean {
  return /^application\/json\s*(;|$)/i.test(headers['content-type'] ?? '');
}
