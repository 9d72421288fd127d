import type { IncomingMessage, ServerResponse } from 'node:http';

/** A request with the response that it waits for. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** What the parentheses of the route's pattern matched, as it stands in the address. */
  readonly parts: readonly string[];
  readonly query: URLSearchParams;
}

/** @throws {HttpError} what to answer instead */
type Answer = (exchange: Exchange) => void | Promise<void>;

/** What answers at an address. */
export interface Route {
  readonly method: 'GET' | 'POST';
  readonly path: RegExp;
  readonly answer: Answer;
}

/** Ends the response with `value` as JSON. */
export function sendJson(response: ServerResponse, value: unknown, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' }).end(JSON.stringify(value));
}
