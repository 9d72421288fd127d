import { buildFlow } from '../flow/build-flow.ts';
import { sendJson, type Route } from '../http/exchange.ts';
import { wholeNumber } from '../http/whole-number.ts';
import type { TraceStore } from '../store/trace-store.ts';

export function flowRoute(store: TraceStore): Route {
  return {
    method: 'GET',
    path: /^\/api\/flow$/,
    answer: ({ response, query }) => sendJson(response, buildFlow(store, wholeNumber(query, 'sinceUs', 0))),
  };
}
