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

/** A request that is answered with an error; the message is told to the client. */
export class HttpError extends Error {
  override readonly name = 'HttpError';
  readonly status: number;

  constructor(status: number, message: string, options?: ErrorOptions) {
    super(message, options);
    this.status = status;
  }
}

/**
 * A whole number of the query, of up to 64 bits: beyond 53, it is the nearest that JavaScript has.
 *
 * @param absent what it is where it is not there
 * @throws {HttpError} 400
 */
export function wholeNumber(query: URLSearchParams, name: string, absent: number): number {
  const given = query.get(name);
  if (given === null) return absent;
  if (!/^\d{1,20}$/.test(given)) throw new HttpError(400, `"${name}" must be a whole number.`);
  return Number(given);
}
