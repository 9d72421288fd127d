import type { IncomingMessage } from 'node:http';
import type { Readable, Transform } from 'node:stream';
import { createGunzip, createInflate } from 'node:zlib';
import { HttpError } from './exchange.ts';

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

/** The memory that the bodies of all requests have together, while they are received and read. */
export class BodyRoom {
  #left: number;

  /** @param bytes of all bodies, as sent and decompressed */
  constructor(bytes: number) {
    this.#left = bytes;
  }

  /** A part of the room, for one request: empty at first, and given back whole when it is disposed. */
  share(): BodyShare {
    let taken = 0;
    return {
      take: (bytes) => {
        if (bytes > this.#left) throw new HttpError(503, 'Too many bodies are being received at the same time: send it again.');
        this.#left -= bytes;
        taken += bytes;
      },
      [Symbol.dispose]: () => {
        this.#left += taken;
        taken = 0;
      },
    };
  }
}

/** What one request has of a {@link BodyRoom}. */
export interface BodyShare extends Disposable {
  /** @throws {HttpError} 503 when there is not so much left */
  take(bytes: number): void;
}
