import type { IncomingMessage } from 'node:http';
import { HttpError } from '../http/exchange.ts';

/**
 * Refuses what the page of the studio did not ask for: no form of another site can send the header, and no script of one without asking
 * first. `checkCaller` has refused other origins before.
 *
 * @throws {HttpError} 403
 */
export function checkPage({ headers }: IncomingMessage): void {
  if (headers['x-tracelink-studio'] === undefined)
    throw new HttpError(403, 'This is started from the page, or with the header "x-tracelink-studio: 1".');
}

/** Who asks, for the log: the address, and the origin of the page if a browser asks. */
export function callerOf({ socket, headers }: IncomingMessage): string {
  return `${socket.remoteAddress ?? 'unknown'}${headers.origin === undefined ? '' : ` at ${headers.origin}`}`;
}
