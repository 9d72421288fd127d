import { BinaryReader } from '@bufbuild/protobuf/wire';
import { MalformedError } from './members.ts';
import type { Field, Message } from './protobuf-messages.ts';

/** How deep messages may lie in each other: far beyond all that is read, and far within the call stack. */
const deepest = 500;
/** How many messages one request may hold: an empty one has two bytes, and the object that it becomes has fifty. */
const mostMessages = 1_000_000;

/**
 * Decodes a protobuf message into the form of OTLP's JSON encoding, so that everything after this is there once for both encodings.
 * Fields that are not in `message`, or are of another wire type, are skipped. Of a single field that is there twice the last counts.
 *
 * @throws {MalformedError}
 */
export function decodeProtobuf(message: Message, body: Uint8Array): object {
  const reader = new BinaryReader(body);
  let messages = 0;
  try {
    return read(message, body.length, 0);
  } catch (cause) {
    throw cause instanceof MalformedError ? cause : new MalformedError('The body is not protobuf', { cause });
  }

  function read(fields: Message, end: number, depth: number): Record<string, unknown> {
    if (end > body.length) throw new MalformedError('The body is not protobuf');
    if (depth > deepest) throw new MalformedError(`Messages lie in each other more than ${deepest} deep`);
    if (++messages > mostMessages) throw new MalformedError(`The request has more than ${mostMessages} messages in it`);
    const result: Record<string, unknown> = {};
    while (reader.pos < end) {
      const [number, wireType] = reader.tag();
      const field = fields.get(number);
      if (field === undefined || field.wireType !== wireType) reader.skip(wireType, number);
      else put(result, field, readValue(field, depth));
    }
    // A field that goes on behind the end of its message.
    if (reader.pos > end) throw new MalformedError('The body is not protobuf');
    return result;
  }

  function readValue(field: Field, depth: number): unknown {
    if (field.fields === undefined) return field.read?.(reader);
    const length = reader.uint32();
    return read(field.fields(), reader.pos + length, depth + 1);
  }
}

function put(result: Record<string, unknown>, { member, repeated }: Field, value: unknown): void {
  const before = result[member];
  if (!repeated) result[member] = value;
  else if (Array.isArray(before)) before.push(value);
  else result[member] = [value];
}
