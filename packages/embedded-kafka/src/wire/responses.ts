import type { ApiName, DecodedResponse, Response } from './apis/apis.ts';
import { checkVersion, codecFor, isFlexible, naming } from './codecs/codecs.ts';
import { readResponseHeader, writeResponseHeader } from './headers.ts';
import type { Message } from './codecs/message-codec.ts';
import { Reader } from './bytes/reader.ts';
import { Writer } from './bytes/writer.ts';

/**
 * Encodes a response. The first four bytes are the size of the rest. `records` are included by reference, so that a
 * fetch copies nothing; everything else is in views of one buffer.
 *
 * @throws {WireError} `unsupported_version`; `unencodable` when a field cannot hold its value, which is a mistake of
 *   the caller
 */
export function encodeResponse<A extends ApiName>(api: A, version: number, correlationId: number, body: Response<A>): Buffer[] {
  checkVersion(api, version);
  return naming(`${api} response v${version}`, 'unencodable', () => {
    const writer = new Writer();
    writer.int32(0);
    writeResponseHeader(writer, correlationId, headerHasTags(api, version));
    codecFor(api, 'response', version).write(writer, body as Message);
    writer.sizeIntoFirstBytes();
    return writer.finish();
  });
}

/**
 * Decodes a response as a client does. `bytes` and `records` are views of `frame`.
 *
 * @param frame - one frame, without the four bytes of its size
 * @throws {WireError} `unsupported_version`; `malformed`
 */
export function decodeResponse<A extends ApiName>(
  api: A,
  version: number,
  frame: Buffer,
): { readonly correlationId: number; readonly body: DecodedResponse<A> } {
  checkVersion(api, version);
  return naming(`${api} response v${version}`, 'malformed', () => {
    const reader = new Reader(frame);
    const correlationId = readResponseHeader(reader, headerHasTags(api, version));
    // The codec of an API returns that API's type, which is inferred from the same table.
    return { correlationId, body: codecFor(api, 'response', version).read(reader) as unknown as DecodedResponse<A> };
  });
}

/**
 * A client that requests the versions does not know the broker's response header yet, so ApiVersions responses never
 * have tags (KIP-511).
 */
function headerHasTags(api: ApiName, version: number): boolean {
  return api !== 'ApiVersions' && isFlexible(api, version);
}
