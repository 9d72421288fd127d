import { apiNameOf, apiOf, type ApiName, type Request, type RequestToEncode } from './apis/apis.ts';
import { checkVersion, codecFor, isFlexible, naming } from './codecs/codecs.ts';
import { readRequestRest, readRequestStart, writeRequestHeader } from './headers.ts';
import type { Message } from './codecs/message-codec.ts';
import { Reader } from './bytes/reader.ts';
import { WireError } from './bytes/wire-error.ts';
import { Writer } from './bytes/writer.ts';

interface RequestOf<A extends ApiName, Body> {
  readonly api: A;
  readonly version: number;
  /** The number that the response repeats, so that the client can match it to its request. */
  readonly correlationId: number;
  readonly clientId: string | null;
  readonly body: Body;
}

/** A decoded request: a union by `api`, or the request of one API. */
export type DecodedRequest<A extends ApiName = ApiName> = { readonly [Name in A]: RequestOf<Name, Request<Name>> }[A];

/** A request before a client sends it. */
export type RequestToSend<A extends ApiName> = RequestOf<A, RequestToEncode<A>>;

/**
 * Decodes a request.
 *
 * Trailing bytes are ignored, as in Apache Kafka 4.3. `bytes` and `records` of the body are views of `frame`: copy them
 * to keep them longer than the request.
 *
 * @param frame - one frame, without the four bytes of its size
 * @throws {WireError} `unsupported_api` and `unsupported_version`, both with `request`; `malformed`, with `request`
 *   when its start could be read
 */
export function decodeRequest(frame: Buffer): DecodedRequest {
  const reader = new Reader(frame);
  const start = naming('a request', 'malformed', () => readRequestStart(reader));
  const api = apiNameOf(start.apiKey);
  if (api === undefined) throw new WireError('unsupported_api', `a request of the API with key ${start.apiKey}`, start);
  const { version, correlationId } = start;
  checkVersion(api, version, start);
  return naming(
    `${api} request v${version}`,
    'malformed',
    () => {
      const clientId = readRequestRest(reader, isFlexible(api, version));
      const body = codecFor(api, 'request', version).read(reader);
      // The codec of an API returns that API's type, which is inferred from the same table.
      return { api, version, correlationId, clientId, body } as unknown as DecodedRequest;
    },
    start,
  );
}

/**
 * Encodes a request as a client does. The first four bytes are the size of the rest; `records` are included by
 * reference.
 *
 * @throws {WireError} `unsupported_version`; `unencodable` when a field cannot hold its value
 */
export function encodeRequest<A extends ApiName>({ api, version, correlationId, clientId, body }: RequestToSend<A>): Buffer[] {
  checkVersion(api, version);
  return naming(`${api} request v${version}`, 'unencodable', () => {
    const writer = new Writer();
    writer.int32(0);
    writeRequestHeader(writer, { apiKey: apiOf(api).key, version, correlationId }, clientId, isFlexible(api, version));
    codecFor(api, 'request', version).write(writer, body as Message);
    writer.sizeIntoFirstBytes();
    return writer.finish();
  });
}
