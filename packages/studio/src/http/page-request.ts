import type { IncomingMessage } from 'node:http';
import { HttpError } from './exchange.ts';
import { BodyRoom, readBody } from './read-body.ts';

/** Bytes of what the page asks for. */
const longest = 16_384;

const room = new BodyRoom(8 * longest);

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

/**
 * The object that a request of the page has for its body.
 *
 * @param names of the members that it may have
 * @throws {HttpError} 400, 413, 415: not JSON by its content type, which a form of another site cannot send
 */
export async function jsonBody(request: IncomingMessage, names: readonly string[]): Promise<Readonly<Record<string, unknown>>> {
  if (!/^application\/json\s*(?:;|$)/i.test(request.headers['content-type'] ?? ''))
    throw new HttpError(415, 'The body must be application/json.');
  using share = room.share();
  const body = objectOf(await readBody(request, longest, share));
  const unknown = Object.keys(body).find((name) => !names.includes(name));
  if (unknown !== undefined) throw new HttpError(400, `The body has no member "${unknown}".`);
  return body;
}

function objectOf(bytes: Buffer): Readonly<Record<string, unknown>> {
  let body: unknown;
  try {
    body = JSON.parse(bytes.toString());
  } catch (cause) {
    throw new HttpError(400, 'The body is not JSON.', { cause });
  }
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body as Record<string, unknown>;
  throw new HttpError(400, 'The body must be an object.');
}
