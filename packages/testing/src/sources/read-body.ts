import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';

/** An HTTP request that is answered with an error. */
export class HttpError extends Error {
  readonly status: number;

  constructor(status: number, message: string, options?: ErrorOptions) {
    super(message, options);
    this.status = status;
  }
}

/**
 * The body of `request`, decompressed.
 *
 * @param limit the most bytes, as sent and decompressed
 * @throws {HttpError} 413 over the limit, 415 for an unknown `Content-Encoding`, 400 for a body that does not decompress
 */
export async function readBody(request: IncomingMessage, limit: number): Promise<Buffer> {
  const encoding = request.headers['content-encoding'] ?? 'identity';
  if (encoding === 'identity') return collect(request, limit);
  if (encoding !== 'gzip') throw new HttpError(415, `Content-Encoding "${encoding}" is not known: gzip and identity are`);
  const compressed = await collect(request, limit);
  const gunzip = createGunzip();
  try {
    gunzip.end(compressed);
    return await collect(gunzip, limit);
  } catch (cause) {
    throw cause instanceof HttpError ? cause : new HttpError(400, 'The body is not gzip', { cause });
  } finally {
    gunzip.destroy();
  }
}

async function collect(stream: Readable, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  // A request that were destroyed here would take the connection, and the answer, with it.
  for await (const chunk of stream.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += chunk.length;
    // Counted as it comes: a small gzip may hold gigabytes.
    if (size > limit) throw new HttpError(413, `The body has more than ${limit} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
