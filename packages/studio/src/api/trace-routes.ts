import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { buildFlow } from '../flow/build-flow.ts';
import { HttpError, sendJson, wholeNumber, type Exchange, type Route } from '../http/exchange.ts';
import type { HeldTrace } from '../store/held-trace.ts';
import type { TraceStore } from '../store/trace-store.ts';
import { listTraces } from './list-traces.ts';
import { nearAtFirst } from './related-traces.ts';
import { answerTrace } from './trace-answer.ts';
import { readTraceFilter } from './trace-filter.ts';

/**
 * @param run what is in front of every tag, and no other run of a studio has: a page may outlive the studio
 */
export function traceRoutes(store: TraceStore, run: string): Route[] {
  const list = ({ response, query }: Exchange): void => {
    sendJson(response, listTraces(store, readTraceFilter(query)));
  };

  const one = async ({ request, response, parts: [traceId], query }: Exchange): Promise<void> => {
    const { tag, json } = answerTrace(store, found(store, traceId), wholeNumber(query, 'linked', nearAtFirst));
    const etag = tag.replace('"', `"${run}-`);
    response.setHeader('etag', etag).setHeader('cache-control', 'private, no-cache');
    if (request.headers['if-none-match'] === etag) return void response.writeHead(304).end();
    response.writeHead(200, { 'content-type': 'application/json' });
    await pipeline(Readable.from(json, { objectMode: false }), response);
  };

  const logs = ({ response, parts: [traceId, spanId] }: Exchange): void => {
    const wanted = spanId?.toLowerCase();
    const told = found(store, traceId)
      .logLines.filter(({ line }) => wanted === undefined || line.spanId === wanted)
      .map(({ line: { traceId: _, ...rest } }) => rest);
    sendJson(response, { logs: told.sort((a, b) => a.timeUs - b.timeUs) });
  };

  return [
    { method: 'GET', path: /^\/api\/traces$/, answer: list },
    { method: 'GET', path: /^\/api\/traces\/([^/]+)$/, answer: one },
    { method: 'GET', path: /^\/api\/traces\/([^/]+)\/logs$/, answer: logs },
    { method: 'GET', path: /^\/api\/traces\/([^/]+)\/([^/]+)\/logs$/, answer: logs },
  ];
}

function found(store: TraceStore, traceId = ''): HeldTrace {
  if (!/^[0-9a-f]{32}$/i.test(traceId)) throw new HttpError(404, 'A trace id is 32 hexadecimal digits.');
  const trace = store.trace(traceId.toLowerCase());
  if (trace === undefined || trace.spans.size === 0) throw new HttpError(404, 'No span of this trace is in memory.');
  return trace;
}

export function flowRoute(store: TraceStore): Route {
  return {
    method: 'GET',
    path: /^\/api\/flow$/,
    answer: ({ response, query }) => sendJson(response, buildFlow(store, wholeNumber(query, 'sinceUs', 0))),
  };
}
