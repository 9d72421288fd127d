import type { IHeaders } from 'kafkajs';
import { KafkaTracingError } from '../../core/kafka-tracing-error.ts';

/** The record that a value belongs to. */
export interface CodecContext {
  readonly topic: string;
  readonly partition: number;
  readonly key: Buffer | null;
  readonly headers: IHeaders;
}

/**
 * Makes a message's value out of its bytes. When it throws an {@link UndecodableError} the message goes to the dead-letter topic, without
 * another attempt. Anything else that it throws or rejects with is a failed attempt, as of a handler: a registry that is down
 * for a while says nothing of the message.
 */
export interface Codec<V> {
  /**
   * @param value `null` for a tombstone
   * @param context the record that the value belongs to
   */
  decode(value: Buffer | null, context: CodecContext): V | Promise<V>;
}

/** Thrown by a codec for a value that no attempt will decode. */
export class UndecodableError extends KafkaTracingError {
  constructor(message: string) {
    super('undecodable', message);
  }
}

/** A validator by the Standard Schema, version 1: zod, valibot, ArkType and others are. Source: standardschema.dev. */
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

// A header has to hold it.
const namedIssues = 5;

/**
 * A codec for values in JSON.
 *
 * @param schema checks, and may transform, what was parsed; without one a value is whatever JSON says
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

/** Whether a codec says that no attempt will decode the value. Never throws, whatever was thrown. */
export function isUndecodable(error: unknown): boolean {
  try {
    return error instanceof KafkaTracingError && error.code === 'undecodable';
  } catch {
    return false;
  }
}
