import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { decodeProtobuf } from './decode-protobuf.ts';
import { MalformedError, type PartialSuccess } from './members.ts';
import { requests, type Signal } from './protobuf-messages.ts';
import { readPlainSpans } from './read-plain-spans.ts';
import type { SpanGroup } from '../telemetry/span.ts';

/** One of the two in which OTLP is spoken; an answer has that of its request. */
export interface Encoding {
  readonly contentType: string;
  /**
   * The request in the form of the JSON encoding.
   *
   * @throws {MalformedError}
   */
  readonly decode: (signal: Signal, body: Buffer) => unknown;
  /** The fast way to the spans of a request; `undefined` where {@link decode} must read it. */
  readonly plainSpans?: (body: Buffer) => SpanGroup[] | undefined;
  /** `ExportTraceServiceResponse` and the like. */
  readonly encodeResponse: (signal: Signal, partial: PartialSuccess | undefined) => string | Uint8Array;
  /** `google.rpc.Status`, with a message alone. */
  readonly encodeError: (message: string) => string | Uint8Array;
}

const rejectedMembers = { traces: 'rejectedSpans', logs: 'rejectedLogRecords', metrics: 'rejectedDataPoints' } as const;

const json: Encoding = {
  contentType: 'application/json',
  decode: (_, body) => {
    try {
      return JSON.parse(body.toString('utf8'));
    } catch (cause) {
      throw new MalformedError('The body is not JSON', { cause });
    }
  },
  encodeResponse: (signal, partial) =>
    JSON.stringify(partial && { partialSuccess: { [rejectedMembers[signal]]: String(partial.rejected), errorMessage: partial.message } }) ??
    '{}',
  encodeError: (message) => JSON.stringify({ message }),
};

/** That of OTLP over gRPC, too. */
export const protobuf: Encoding = {
  contentType: 'application/x-protobuf',
  decode: (signal, body) => decodeProtobuf(requests[signal], body),
  plainSpans: readPlainSpans,
  encodeResponse: (_, partial) => {
    const writer = new BinaryWriter();
    if (partial === undefined) return writer.finish();
    writer.tag(1, WireType.LengthDelimited).fork();
    writer.tag(1, WireType.Varint).int64(partial.rejected).tag(2, WireType.LengthDelimited).string(partial.message);
    return writer.join().finish();
  },
  encodeError: (message) => new BinaryWriter().tag(2, WireType.LengthDelimited).string(message).finish(),
};

const encodings: Readonly<Record<string, Encoding>> = {
  'application/json': json,
  'application/x-protobuf': protobuf,
  'application/protobuf': protobuf,
};

/** @returns undefined for a content type that OTLP does not have */
export function encodingOf(contentType: string | undefined): Encoding | undefined {
  const type = contentType?.split(';')[0]?.trim().toLowerCase() ?? '';
  return Object.hasOwn(encodings, type) ? encodings[type] : undefined;
}
