import type { HeaderValues } from '../../client/port/message.ts';
import { KafkaTracingError } from '../../core/kafka-tracing-error.ts';

/** The record whose value a codec decodes. A scheduled retry has the topic and the partition that the message had first. */
export interface CodecContext {
  readonly topic: string;
  readonly partition: number;
  /** `null`: the message has no key. */
  readonly key: Buffer | null;
  readonly headers: HeaderValues;
}

/**
 * Makes the value of a message from its bytes. When it throws an {@link UndecodableError}, the message goes to the dead-letter topic
 * without another attempt. Any other error makes a failed attempt, as a handler's error does: a schema registry that is down for a
 * while is no fault of the message.
 */
export interface Codec<V> {
  /**
   * @param value the bytes; `null` for a tombstone
   * @param context the record that has the value
   * @throws {UndecodableError} when no attempt can decode it
   */
  decode(value: Buffer | null, context: CodecContext): V | Promise<V>;
}

/** A codec throws this for a value that no attempt can decode. Its code is `undecodable`. */
export class UndecodableError extends KafkaTracingError {
  protected static override readonly brand: symbol = Symbol.for('@tracelink/kafka.UndecodableError');

  /** @param cause what the decoding failed of. @default none */
  constructor(message: string, cause?: unknown) {
    super('undecodable', message, cause === undefined ? undefined : { cause });
  }
}

/** A validator with the Standard Schema interface, version 1, as zod, valibot and ArkType have. Source: standardschema.dev. */
export interface StandardSchema<V> {
  readonly '~standard': {
    readonly version: 1;
    validate(value: unknown): SchemaResult<V> | Promise<SchemaResult<V>>;
    readonly types?: { readonly output: V } | undefined;
  };
}

type SchemaResult<V> = { readonly value: V; readonly issues?: undefined } | { readonly issues: readonly SchemaIssue[] };

interface SchemaIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

// The text must fit into a header.
const namedIssues = 5;

/**
 * A codec for JSON in UTF-8. A tombstone is `null`. It throws an {@link UndecodableError} for a value that is not JSON, or does not fit the
 * schema; the error names the first five issues.
 *
 * @param schema checks the parsed value, and may transform it; without one the value is what was parsed
 */
export function jsonCodec<V>(schema: StandardSchema<V>): Codec<V>;
export function jsonCodec(): Codec<unknown>;
export function jsonCodec<V>(schema?: StandardSchema<V>): Codec<unknown> {
  return {
    async decode(bytes) {
      const value = parse(bytes);
      if (schema === undefined) return value;
      const result = await schema['~standard'].validate(value);
      if (result.issues === undefined) return result.value;
      throw new UndecodableError(`The value does not fit its schema: ${result.issues.slice(0, namedIssues).map(issueText).join('; ')}.`);
    },
  };
}

function parse(bytes: Buffer | null): unknown {
  if (bytes === null) return null;
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch (error) {
    throw new UndecodableError(`The value is not JSON: ${(error as Error).message}.`);
  }
}

function issueText({ message, path = [] }: SchemaIssue): string {
  const where = path.map((step) => String(typeof step === 'object' ? step.key : step)).join('.');
  return where === '' ? message : `${where}: ${message}`;
}

/** Whether a codec's error means that no attempt can decode the value. Never throws. */
export function isUndecodable(error: unknown): boolean {
  try {
    return error instanceof KafkaTracingError && error.code === 'undecodable';
  } catch {
    return false;
  }
}
