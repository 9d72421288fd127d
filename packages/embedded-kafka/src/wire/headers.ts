import { primitiveCodecs } from './codecs/primitive-codecs.ts';
import type { Reader } from './bytes/reader.ts';
import { tagSection } from './codecs/tag-section.ts';
import { FieldError, type RequestStart } from './bytes/wire-error.ts';
import type { Writer } from './bytes/writer.ts';

// Kafka defines no tagged header fields yet.
const tags = tagSection([]);
// Never compact, so that a broker can read the header of an unknown version.
const { string } = primitiveCodecs(false);

/** The part of a request header that is the same in all versions. */
export function readRequestStart(reader: Reader): RequestStart {
  return { apiKey: reader.int16(), version: reader.int16(), correlationId: reader.int32() };
}

/** The rest of a request header: version 1, or version 2 with tags when the request is flexible. */
export function readRequestRest(reader: Reader, isFlexible: boolean): string | null {
  try {
    const clientId = string.read(reader) as string | null;
    if (isFlexible) tags.read(reader, {});
    return clientId;
  } catch (error) {
    FieldError.locate(error, 'header');
    throw error;
  }
}

export function writeRequestHeader(writer: Writer, start: RequestStart, clientId: string | null, isFlexible: boolean): void {
  writer.int16(start.apiKey);
  writer.int16(start.version);
  writer.int32(start.correlationId);
  string.write(writer, clientId);
  if (isFlexible) tags.write(writer, {});
}

/** Version 0 of a response header is the correlation id; version 1 adds tags. */
export function readResponseHeader(reader: Reader, hasTags: boolean): number {
  const correlationId = reader.int32();
  if (hasTags) tags.read(reader, {});
  return correlationId;
}

export function writeResponseHeader(writer: Writer, correlationId: number, hasTags: boolean): void {
  writer.int32(correlationId);
  if (hasTags) tags.write(writer, {});
}
