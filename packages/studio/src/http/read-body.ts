import type { IncomingMessage } from 'node:http';
import type { Readable, Transform } from 'node:stream';
import { createGunzip, createInflate } from 'node:zlib';
import type { BodyShare } from './body-room.ts';
import { HttpError } from './http-error.ts';

const decoders: Readonly<Record<string, () => Transform>> = { gzip: createGunzip, deflate: createInflate };

/**
 * The body of `request`, decompressed.
 *
 * @param limit the most bytes, as sent and decompressed
 * @param share gets the bytes as they come: what a client promises to send takes no room
 * @throws {HttpError} 413 over the limit, 415 for an unknown `Content-Encoding`, 400 for a body that does not decompress, 503 without room
 */
export async function readBody(request: IncomingMessage, limit: number, share: BodyShare): Promise<Buffer> {
  const encoding = (request.headers['content-encoding'] ?? 'identity').trim().toLowerCase();
  const createDecoder = Object.hasOwn(decoders, encoding) ? decoders[encoding] : undefined;
  if (createDecoder === undefined && encoding !== 'identity') {
    throw new HttpError(415, `The content encoding "${encoding}" is not known: gzip, deflate and identity are.`);
  }
  const tooLong = new HttpError(413, `The body has more than ${limit} bytes: let the exporter send smaller batches.`);
  if (Number(request.headers['content-length'] ?? 0) > limit) throw tooLong;
  const body = await collect(request, limit, tooLong, share);
  if (createDecoder === undefined) return body;
  const decoder = createDecoder();
  try {
    decoder.end(body);
    return await collect(decoder, limit, tooLong, share);
  } catch (cause) {
    throw cause instanceof HttpError ? cause : new HttpError(400, `The body is not ${encoding}.`, { cause });
  } finally {
    decoder.destroy();
  }
}

async function collect(stream: Readable, limit: number, tooLong: HttpError, share: BodyShare): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  // A request that were destroyed here would take the connection, and the answer, with it.
  for await (const chunk of stream.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += chunk.length;
    // Counted as it comes: a small gzip may hold gigabytes.
    if (size > limit) throw tooLong;
    share.take(chunk.length);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
