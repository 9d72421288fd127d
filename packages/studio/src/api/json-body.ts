import type { IncomingMessage } from 'node:http';
import { HttpError } from '../http/exchange.ts';
import { BodyRoom, readBody } from '../http/read-body.ts';

/** Bytes of what the page asks for. */
const longest = 16_384;

const room = new BodyRoom(8 * longest);

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
